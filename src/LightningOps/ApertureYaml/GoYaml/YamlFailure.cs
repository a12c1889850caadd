using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>The refusals of a text that goccy/go-yaml does not read.</summary>
internal static class YamlFailure
{
    private const string Remedy = "Correct the YAML there. If the file ends there, it is truncated: restore the whole file.";

    public static ApertureConfigFormatException At(TextPosition place, string message) =>
        new("not YAML: " + message, Remedy, place.Line, place.Column);
}
