using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Compile;

namespace LightningOps.Artifacts;

internal sealed class ConfigHashJsonConverter : JsonConverter<ConfigHash>
{
    public override ConfigHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new ConfigHash(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, ConfigHash value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
