using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads a whole file as Aperture reads it: the settings of its first document that is not null, typed.
/// </summary>
internal static class ConfigReader
{
    /// <summary>The settings; null when the document is not a mapping, which is reported.</summary>
    /// <param name="yaml">The text of the file, its byte order mark included if it has one.</param>
    /// <param name="findings">Receives settings that Aperture would refuse or change.</param>
    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    public static Section? Read(string yaml, ConfigFindings findings)
    {
        var limit = new ExpansionLimit();
        var content = YamlContent.Read(yaml, findings, limit);
        return content.Body is { } body
            ? new SectionBinder(findings, content.Values, limit).BindRoot(body)
            : new Section(string.Empty, TextPosition.Start);
    }
}
