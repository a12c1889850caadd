using System;
using System.IO;
using System.Text.RegularExpressions;
using LightningOps.L402;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>
/// The value of an upstream header with its references resolved, environment first, so that a file path may contain a
/// reference too (Aperture proxy/service.go, prepareServices).
/// </summary>
internal static class HeaderValue
{
    private const string HexFile = "!file+hex:";
    private const string Base64File = "!file+base64:";
    private static readonly Regex Reference = new(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant);

    /// <summary>The value to send.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="header">Name of the header.</param>
    /// <param name="value">The value as written; not repeated in a failure.</param>
    /// <param name="environment">Returns the value of a variable, or null.</param>
    /// <exception cref="LoopbackConfigException">A variable is not set, or a file cannot be read.</exception>
    public static string Resolve(string service, string header, string value, Func<string, string?> environment)
    {
        var expanded = Reference.Replace(value, reference => environment(reference.Groups[1].Value) is { Length: > 0 } text
            ? text
            : throw Failure(service, header, "the environment variable " + reference.Groups[1].Value + " is not set", "Set the variable and start the gateway again."));
        if (expanded.StartsWith(HexFile, StringComparison.Ordinal))
        {
            return HexText.From(Read(service, header, expanded.Substring(HexFile.Length)));
        }

        return expanded.StartsWith(Base64File, StringComparison.Ordinal)
            ? Convert.ToBase64String(Read(service, header, expanded.Substring(Base64File.Length)))
            : expanded;
    }

    private static byte[] Read(string service, string header, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failure(service, header, "its file cannot be read", "Check the path and the file's mode.");
        }
    }

    private static LoopbackConfigException Failure(string service, string header, string reason, string remedy) =>
        new("service " + service + ": header " + header + ": " + reason, remedy, service, "headers." + header);
}
