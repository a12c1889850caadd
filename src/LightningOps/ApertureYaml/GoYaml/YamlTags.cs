namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>The tags that goccy/go-yaml knows.</summary>
internal static class YamlTags
{
    public static bool IsReserved(string tag) => IsScalar(tag) || tag is "!!seq" or "!!map" or "!!omap" or "!!set" or "!!merge";

    public static bool IsScalar(string tag) => tag is "!!int" or "!!float" or "!!str" or "!!binary" or "!!timestamp" or "!!bool" or "!!null";
}
