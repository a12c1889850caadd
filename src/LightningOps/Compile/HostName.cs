using System;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Compile.Aperture;

namespace LightningOps.Compile;

/// <summary>A host that an operator names with -HostName.</summary>
internal static class HostName
{
    private static readonly Regex Form = new(@"\A([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*\.?|\[[0-9a-fA-F:.]+\])(:[0-9]+)?\z", RegexOptions.CultureInvariant);

    /// <summary>The host as clients send it: labels beyond ASCII as punycode, everything else as written.</summary>
    /// <param name="name">A host name or address, with or without a port.</param>
    /// <param name="port">When a port is part of it, for the remedy.</param>
    /// <exception cref="ConfigException">It is not a host.</exception>
    public static string Read(string name, string port)
    {
        var colon = name.LastIndexOf(':');
        var end = colon > name.LastIndexOf(']') ? colon : name.Length;
        var labels = name.Substring(0, end).Split('.').Select(static label => label.Any(static character => character > '\u007f') ? Punycode.EncodeLabel(label) : label).ToArray();
        var host = string.Join(".", labels) + name.Substring(end);
        return !labels.Contains(null) && Form.IsMatch(host) ? host : throw new ConfigException(nameof(HostName), "is not a host name: " + name, "Write it as clients send it, " + port + ", without a scheme or path.");
    }
}
