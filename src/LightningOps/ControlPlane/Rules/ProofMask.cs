using System;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using LightningOps.Json;

namespace LightningOps.ControlPlane.Rules;

/// <summary>Replaces the preimage of a settlement where its report repeats it, so that it is neither stored nor shown.</summary>
internal sealed class ProofMask
{
    private const string Replacement = "***";
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Regex Hex64 = new("(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])", RegexOptions.CultureInvariant);
    private readonly string? preimage;
    private readonly string? hash;

    /// <param name="preimage">The preimage, lower-case hex; null if it is not known.</param>
    /// <param name="paymentHash">The payment hash, by which an unknown preimage is recognized.</param>
    public ProofMask(string? preimage, string? paymentHash)
    {
        this.preimage = preimage;
        hash = PaymentHashText.Normalize(paymentHash);
    }

    /// <summary>The text without the preimage.</summary>
    public string? Mask(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var masked = Contains(text) ? Regex.Replace(text, preimage, Replacement, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) : text;
        return hash is null ? masked : Hex64.Replace(masked, found => PaymentHashText.FromPreimage(found.Value) == hash ? Replacement : found.Value);
    }

    /// <summary>The metadata without the preimage; the same object if it does not contain it.</summary>
    public JsonText? Mask(JsonText? metadata)
    {
        if (metadata is null || !(Contains(metadata.Value) || metadata.Value.IndexOf('\\') >= 0 || (hash is not null && Hex64.IsMatch(metadata.Value))))
        {
            return metadata;
        }

        try
        {
            using var document = JsonDocument.Parse(metadata.Value);
            var isMasked = false;
            var text = Encoding.UTF8.GetString(JsonBytes.Write(json => isMasked = Write(json, document.RootElement), Plain));
            return isMasked ? JsonText.From(text) : metadata;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // A text with half a surrogate pair cannot be rewritten.
            return Contains(metadata.Value) ? null : metadata;
        }
    }

    private bool Contains(string text) => preimage is not null && text.IndexOf(preimage, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Writes a value; returns whether anything was replaced.</summary>
    private bool Write(Utf8JsonWriter json, JsonElement value)
    {
        var isMasked = false;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    var name = Mask(member.Name)!;
                    json.WritePropertyName(name);
                    isMasked |= Write(json, member.Value) || name != member.Name;
                }

                json.WriteEndObject();
                return isMasked;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    isMasked |= Write(json, element);
                }

                json.WriteEndArray();
                return isMasked;
            case JsonValueKind.String:
                var text = value.GetString();
                var masked = Mask(text);
                json.WriteStringValue(masked);
                return masked != text;
            default:
                // Digits only may be a number.
                var raw = value.GetRawText();
                if (Mask(raw) is { } digits && digits != raw)
                {
                    json.WriteStringValue(digits);
                    return true;
                }

                json.WriteRawValue(raw);
                return false;
        }
    }
}
