using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads a whole file as Aperture reads it: the typed settings of its first document. An entirely empty document is
/// skipped.
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
        var events = new ConfigEvents(yaml);
        var tree = new ConfigTree(events, findings, limit);
        events.Read();
        while (events.Current is DocumentStart start)
        {
            events.Read();
            var node = tree.ReadNode();
            if (!ValueReader.IsNull(node))
            {
                return new SectionBinder(findings, limit).Bind(node, ApertureSchema.Root, string.Empty, node.Position);
            }

            events.Read();
            if (events.Current is DocumentStart && events.HasComment(start.Start))
            {
                break;
            }
        }

        return new Section(string.Empty, TextPosition.Start);
    }
}
