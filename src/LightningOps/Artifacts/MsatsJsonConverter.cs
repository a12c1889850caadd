using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.Artifacts;

internal sealed class MsatsJsonConverter : JsonConverter<Msats>
{
    public override Msats Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new Msats(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Msats value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
