using System;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Checks headers that a paywall sets on upstream requests. A value that may be a secret must be a reference, because
/// the artifact is shown, kept and sent. No diagnostic repeats a value.
/// </summary>
internal static class HeaderTermChecks
{
    public static void Check(Paywall paywall, LimitedDiagnostics found)
    {
        if (paywall.Policy.TlsCertificatePath is { } path && (path.Length == 0 || path.Any(char.IsControl)))
        {
            Add("path_invalid", "tlsCertificatePath", "must be the path of a file, without control characters");
        }

        foreach (var header in paywall.Policy.Headers is { } headers ? PolicyMembers.Sort(headers) : [])
        {
            var member = "headers." + header.Key;
            if (header.Key.Length == 0 || !header.Key.All(IsToken))
            {
                Add("header_name_invalid", "headers", "has a name that is no HTTP header, and every request would fail: use letters, digits and \"-\"");
                continue;
            }

            if (header.Value.Any(static character => char.IsControl(character) && character != '\t'))
            {
                Add("header_value_line_break", member, "has a line break or control character, and every request would fail with 502: write it on one line");
            }
            else if (header.Value.StartsWith("!file", StringComparison.Ordinal) && !HeaderSecrets.IsFile(header.Value))
            {
                Add("header_file_invalid", member, "is not a valid file reference: write !file+hex:PATH or !file+base64:PATH, the path without a colon");
            }
            else if (HeaderSecrets.FindFault(header.Key, header.Value) is { } fault)
            {
                Add("header_secret_literal", member, fault);
            }

            if (header.Key.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                found.Add(TermChecks.CreateDiagnostic(paywall, "header_host_ignored", DiagnosticSeverity.Warn, member, "is ignored by Aperture, and the upstream receives its own address as Host: remove it"));
            }
        }

        void Add(string code, string member, string message) => found.Add(TermChecks.CreateDiagnostic(paywall, code, DiagnosticSeverity.Error, member, message));
    }

    /// <summary>The characters of a token, RFC 9110 5.6.2.</summary>
    private static bool IsToken(char character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".IndexOf(character) >= 0;
}
