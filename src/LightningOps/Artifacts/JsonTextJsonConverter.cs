using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.Artifacts;

/// <summary>Passes a JSON value through as the text it came as.</summary>
internal sealed class JsonTextJsonConverter : JsonConverter<JsonText>
{
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new JsonText(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Value);
}
