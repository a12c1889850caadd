using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps.Json;

/// <summary>
/// The JSON of artifacts and of requests: camel-case members in declared order, enums in lower snake case, missing
/// optional members left out, and only the escapes that JSON requires (docs/reference/smokes.md#json-output).
/// </summary>
public static class ArtifactJson
{
    /// <summary>The options of all JSON that this module writes.</summary>
    internal static JsonSerializerOptions Options { get; } = MakeOptions(indented: false);

    private static readonly JsonSerializerOptions IndentedOptions = MakeOptions(indented: true);

    /// <summary>The JSON text of <paramref name="value"/>, LF line ends.</summary>
    /// <param name="value">A record of this module, a dictionary, a list or a scalar.</param>
    /// <param name="indented">Two spaces per level; else one line.</param>
    public static string Serialize(object? value, bool indented = false) =>
        indented
            ? JsonSerializer.Serialize(value, IndentedOptions).Replace("\r\n", "\n")
            : JsonSerializer.Serialize(value, Options);

    /// <summary>The name a member has in an artifact: camel case.</summary>
    /// <param name="name">Name of a .NET property.</param>
    public static string MemberName(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static JsonSerializerOptions MakeOptions(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = MinimalJsonEncoder.Instance,
            WriteIndented = indented,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new MsatsJsonConverter());
        options.Converters.Add(new ConfigHashJsonConverter());
        options.Converters.Add(new JsonTextJsonConverter());
        return options;
    }
}
