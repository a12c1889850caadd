using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.L402;

namespace LightningOps.Artifacts;

/// <summary>A payment hash is its hexadecimal digits.</summary>
internal sealed class PaymentHashJsonConverter : JsonConverter<PaymentHash>
{
    /// <inheritdoc/>
    public override PaymentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PaymentHash.TryParse(reader.GetString(), out var hash, out _) ? hash : throw new JsonException("not a payment hash");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PaymentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);
}
