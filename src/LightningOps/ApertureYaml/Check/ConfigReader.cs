using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads a whole file as Aperture reads it: the settings of its first document, typed. A document of nothing at all is
/// passed over.
/// </summary>
internal static class ConfigReader
{
    /// <summary>The settings; null when the document is no mapping, which is reported.</summary>
    /// <param name="yaml">The text of the file, its byte order mark included if it has one.</param>
    /// <param name="findings">Receives what Aperture would refuse or change.</param>
    /// <exception cref="ApertureConfigFormatException">It is not YAML Aperture reads.</exception>
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
