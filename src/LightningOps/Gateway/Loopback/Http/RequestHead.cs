namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The line and the headers of a request.</summary>
/// <param name="Method">The method, as sent.</param>
/// <param name="Target">The target, as sent: visible ASCII and bytes above it, a character each.</param>
/// <param name="IsHttp11">HTTP/1.1; HTTP/1.0 otherwise.</param>
/// <param name="Headers">The header lines; a byte is a character.</param>
/// <param name="Length">Bytes of the body; null when it is chunked; 0 when there is none.</param>
internal sealed record RequestHead(string Method, string Target, bool IsHttp11, HeaderLines Headers, long? Length)
{
    /// <summary>Whether the client waits for leave to send its body.</summary>
    public bool ExpectsContinue => IsHttp11 && Length != 0 && Headers.HasMember("Expect", "100-continue");

    /// <summary>Whether the client wants to go on using the connection.</summary>
    public bool KeepsAlive => IsHttp11 ? !Headers.HasMember("Connection", "close") : Headers.HasMember("Connection", "keep-alive");
}
