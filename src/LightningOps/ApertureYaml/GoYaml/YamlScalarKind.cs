using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>The kind of a word without quotes (token.New).</summary>
internal static class YamlScalarKind
{
    public static YamlTokenKind GetKind(string word)
    {
        switch (word)
        {
            case "~" or "null" or "Null" or "NULL":
                return YamlTokenKind.Null;
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return YamlTokenKind.Bool;
            case ".inf" or ".Inf" or ".INF" or "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN":
                return YamlTokenKind.Special;
            default:
                return GoNumber.TryParse(word, out _) ? YamlTokenKind.Number : YamlTokenKind.Text;
        }
    }
}
