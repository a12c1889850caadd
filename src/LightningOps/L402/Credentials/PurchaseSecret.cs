using System.Text.Json;

namespace LightningOps.L402.Credentials;

/// <summary>What of a purchase is only ever stored encrypted.</summary>
/// <param name="Invoice">The invoice, as received.</param>
/// <param name="Token">The token of its challenge.</param>
/// <param name="Preimage">64 hexadecimal digits, once paid.</param>
/// <param name="Scheme">The name the challenge gave the scheme.</param>
internal sealed record PurchaseSecret(string Invoice, string Token, string? Preimage = null, L402Scheme Scheme = L402Scheme.L402)
{
    public static PurchaseSecret FromJson(byte[] json) => JsonSerializer.Deserialize<PurchaseSecret>(json)!;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public override string ToString() => "***";
}
