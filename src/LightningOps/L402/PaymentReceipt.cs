using System;
using System.Text.Json;
using LightningOps.Json;

namespace LightningOps.L402;

/// <summary>A server's statement about a payment in <c>Payment-Receipt</c>. It proves nothing; the preimage does.</summary>
public sealed record PaymentReceipt
{
    /// <summary>Name of the header.</summary>
    internal const string HeaderName = "Payment-Receipt";

    private const int MaxLength = 16 * 1024;

    /// <summary>State as stated, usually <c>success</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Payment method, usually <c>lightning</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Time as stated.</summary>
    public required string Timestamp { get; init; }

    /// <summary>The server's reference of the payment; for lightning its payment hash.</summary>
    public required string Reference { get; init; }

    /// <summary>The challenge that was paid; null if the server does not state it.</summary>
    public string? ChallengeId { get; init; }

    /// <summary>Reads the value of the header: base64url of JSON.</summary>
    /// <returns>Null when it is not a receipt.</returns>
    internal static PaymentReceipt? Read(string value)
    {
        if (value.Length > MaxLength || Base64UrlText.Decode(value.Trim()) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return Text("status") is { } status && Text("method") is { } method && Text("timestamp") is { } timestamp && Text("reference") is { } reference
                ? new PaymentReceipt { Status = status, Method = method, Timestamp = timestamp, Reference = reference, ChallengeId = Text("challengeId") }
                : null;

            string? Text(string name) =>
                root.FindText(name) is { Length: > 0 } text ? PlainText.From(text) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Status and reference.</summary>
    public override string ToString() => Status + " " + Method + " " + Reference;
}
