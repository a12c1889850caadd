namespace LightningOps.Gateway.Loopback.Http;

/// <summary>What may stand in a Host header (RFC 3986, as Go's httpguts.ValidHostHeader reads it).</summary>
internal static class RequestHost
{
    private const string Marks = "!$%&'()*+,-.:;=[]_~";

    public static bool IsValid(string host)
    {
        foreach (var character in host)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && Marks.IndexOf(character) < 0)
            {
                return false;
            }
        }

        return true;
    }
}
