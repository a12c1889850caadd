using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Headers for the upstream: environment references first, then file references (Aperture proxy/service.go).</summary>
internal sealed class HeaderRules(ConfigFindings findings)
{
    private const string FilePrefix = "!file";

    /// <summary>A bracketed name; only letters, digits and underscores make a reference, the rest stays literal.</summary>
    private static readonly Regex Reference = new(@"\$\{([^}]*)\}", RegexOptions.CultureInvariant);

    private static readonly Regex VariableName = new(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant);

    public void Check(Section service)
    {
        foreach (var header in service.Texts("headers"))
        {
            CheckName(header);
            CheckEnvironment(header);
            if (header.Text.StartsWith(FilePrefix, StringComparison.Ordinal))
            {
                CheckFile(header);
            }
            else if (HeaderSecrets.FindFault(header.Key, header.Text) is { } fault)
            {
                findings.Warn("header_secret_literal", "the value " + fault, header.Position, header.Path);
            }
        }
    }

    private void CheckName(TextItem header)
    {
        if (header.Key.Length == 0 || header.Key.Any(character => !IsToken(character)))
        {
            findings.Error("header_name_invalid", "not the name of an HTTP header, and every request of the service fails: use letters, digits and \"-\"", header.Position, header.Path, stops: ApertureVersions.None);
        }
    }

    private void CheckEnvironment(TextItem header)
    {
        foreach (Match match in Reference.Matches(header.Text))
        {
            var name = match.Groups[1].Value;
            if (VariableName.IsMatch(name))
            {
                findings.Warn("header_environment", "the environment variable " + name + " must be set where Aperture runs: Aperture stops when it is unset or empty", header.Position, header.Path);
            }
            else
            {
                findings.Warn("header_reference_literal", "not an environment variable name, and Aperture sends the text unchanged: use letters, digits and \"_\"", header.Position, header.Path);
            }
        }
    }

    private void CheckFile(TextItem header)
    {
        var parts = header.Text.Split(':');
        if (parts[0] is not ("!file+hex" or "!file+base64"))
        {
            findings.Error("header_file_invalid", "not a valid file reference: write '!file+hex:path' or '!file+base64:path'", header.Position, header.Path);
        }
        else if (parts.Length != 2)
        {
            findings.Error("header_file_invalid", "a file reference has one \":\", before the path: use a path without \":\", or one relative to Aperture's directory", header.Position, header.Path);
        }
        else
        {
            findings.Warn("header_file", "the file must exist where Aperture runs: it reads the file when it starts, and stops when it cannot", header.Position, header.Path);
        }
    }

    /// <summary>The characters of a token, RFC 9110 5.6.2.</summary>
    private static bool IsToken(char character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".IndexOf(character) >= 0;
}
