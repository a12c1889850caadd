using System.Globalization;
using System.Text;

namespace LightningOps.Http;

/// <summary>The path of a request, percent-encoded as clients send it (RFC 3986, 2.1).</summary>
internal static class PathEncoding
{
    // Characters a path segment holds unencoded: unreserved, sub-delims, colon, at (RFC 3986, 3.3), and the slash between
    // segments.
    private const string Plain = "-._~!$&'()*+,;=:@/";

    /// <summary>The request target that is decoded to <paramref name="path"/>.</summary>
    public static string Encode(string path)
    {
        var encoded = new StringBuilder(path.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(path))
        {
            var c = (char)octet;
            if (c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || (c < 0x80 && Plain.IndexOf(c) >= 0))
            {
                encoded.Append(c);
            }
            else
            {
                encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
