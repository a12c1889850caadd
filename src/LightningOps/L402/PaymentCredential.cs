using System;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LightningOps.Json;

namespace LightningOps.L402;

/// <summary>
/// The Authorization value of the Payment scheme: the challenge as received and the preimage of its invoice, as
/// base64url of JSON (docs/reference/l402.md#payment-scheme). The challenge is stored as the token of a purchase.
/// </summary>
internal static class PaymentCredential
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The parameters to echo, as base64url of JSON.</summary>
    public static string ToToken(PaymentChallenge challenge) => Base64UrlText.Encode(Write(json => WriteChallenge(json, challenge)));

    /// <summary>The challenge of a token.</summary>
    /// <exception cref="FormatException">The token is not a challenge.</exception>
    public static PaymentChallenge FromToken(string token)
    {
        using var document = JsonDocument.Parse(Base64UrlText.Decode(token) ?? throw new FormatException("The token is not base64url."));
        var root = document.RootElement;
        return new PaymentChallenge
        {
            Id = Text("id")!,
            Realm = Text("realm")!,
            Method = Text("method")!,
            Intent = Text("intent")!,
            Request = Text("request")!,
            Expires = Text("expires"),
            Description = Text("description"),
            Opaque = Text("opaque"),
            Digest = Text("digest"),
        };

        string? Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>The header's value: a secret.</summary>
    public static string ToHeaderValue(PaymentChallenge challenge, string preimage) => "Payment " + Base64UrlText.Encode(Write(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("challenge");
        WriteChallenge(json, challenge);
        json.WriteStartObject("payload");
        json.WriteString("preimage", preimage);
        json.WriteEndObject();
        json.WriteEndObject();
    }));

    /// <summary>Expiry of the challenge; null if not stated.</summary>
    public static DateTimeOffset? FindExpiry(PaymentChallenge challenge) =>
        challenge.Expires is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) ? expires : null;

    private static void WriteChallenge(Utf8JsonWriter json, PaymentChallenge challenge)
    {
        json.WriteStartObject();
        json.WriteString("id", challenge.Id);
        json.WriteString("realm", challenge.Realm);
        json.WriteString("method", challenge.Method);
        json.WriteString("intent", challenge.Intent);
        json.WriteString("request", challenge.Request);
        json.WriteOptional("expires", challenge.Expires);
        json.WriteOptional("description", challenge.Description);
        json.WriteOptional("opaque", challenge.Opaque);
        json.WriteOptional("digest", challenge.Digest);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write) => JsonBytes.Write(write, Relaxed);
}
