using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.L402.Bolt11;

/// <summary>A decoded BOLT 11 invoice: its checksum is valid, its fields are well-formed, and a stated payee has signed it.</summary>
public sealed record Bolt11Invoice
{
    /// <summary>Default expiry of an invoice in seconds (BOLT 11, field x).</summary>
    public const long DefaultExpirySeconds = 3600;

    /// <summary>Default final CLTV delta in blocks (BOLT 11, field c).</summary>
    public const long DefaultMinFinalCltvExpiryDelta = 18;

    private readonly string? statedPayeeHex;

    /// <summary>The invoice as given.</summary>
    public required string Text { get; init; }

    /// <summary>Network of the invoice.</summary>
    public Bolt11Network Network { get; init; }

    /// <summary>Amount, a positive number of millisatoshis; null if the invoice has no amount or states zero.</summary>
    public long? Amount { get; init; }

    /// <summary>The same as <see cref="Amount"/>.</summary>
    public long? AmountMsats => Amount;

    /// <summary>Amount in satoshis; null if it is not stated.</summary>
    public decimal? AmountSats => Amount is { } amount ? (decimal)amount / Msats.PerSatoshi : null;

    /// <summary>State of the amount.</summary>
    public InvoiceAmountKind AmountKind { get; init; }

    /// <summary>Creation time, in seconds since 1970.</summary>
    public long Timestamp { get; init; }

    /// <summary>Expiry in seconds after creation; 3600 if it is not stated.</summary>
    public long ExpirySeconds { get; init; } = DefaultExpirySeconds;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    /// <summary>Expiry time; the maximum date if it is out of range.</summary>
    public DateTimeOffset ExpiresAt => ExpirySeconds <= (DateTimeOffset.MaxValue - CreatedAt).Ticks / TimeSpan.TicksPerSecond ? CreatedAt.AddSeconds(ExpirySeconds) : DateTimeOffset.MaxValue;

    /// <summary>SHA-256 of the preimage, 64 hexadecimal digits.</summary>
    public string PaymentHash => Hash.Hex;

    /// <summary>SHA-256 of the preimage.</summary>
    internal PaymentHash Hash { get; init; } = null!;

    /// <summary>Payment secret, which prevents probing by intermediate nodes: 32 bytes in hexadecimal digits; null if the invoice has none.</summary>
    public string? PaymentSecretHex { get; init; }

    /// <summary>Whether a node can pay it: it has a payment secret or a blinded path.</summary>
    public bool IsPayable => PaymentSecretHex is not null || BlindedPaths.Count > 0;

    /// <summary>Description by the payee: untrusted, never print it without escaping.</summary>
    public string? Description { get; init; }

    /// <summary>SHA-256 of a longer description, in hexadecimal digits.</summary>
    public string? DescriptionHashHex { get; init; }

    /// <summary>
    /// Public key that signed the invoice, 33 bytes in hexadecimal digits: stated in field n, or recovered from the
    /// signature. Null in the one case where the signature gives no key. Recovery takes a few milliseconds per call.
    /// </summary>
    public string? PayeeHex
    {
        get => statedPayeeHex ?? InvoiceDecoder.RecoverPayee(Text);
        init => statedPayeeHex = value;
    }

    /// <summary>Whether the invoice itself states that key; if not, an altered invoice shows another payee.</summary>
    public bool IsPayeeStated => statedPayeeHex is not null;

    /// <summary>Final CLTV delta in blocks; 18 if it is not stated.</summary>
    public long MinFinalCltvExpiryDelta { get; init; } = DefaultMinFinalCltvExpiryDelta;

    /// <summary>Numbers of the feature bits set, ascending; an even one must be understood by the payer.</summary>
    public IReadOnlyList<int> Features { get; init; } = Array.Empty<int>();

    /// <summary>Private routes to the payee, each from its first channel to its last.</summary>
    public IReadOnlyList<IReadOnlyList<Bolt11RouteHop>> RouteHints { get; init; } = Array.Empty<IReadOnlyList<Bolt11RouteHop>>();

    /// <summary>On-chain addresses, the preferred first; those of unknown versions are left out.</summary>
    public IReadOnlyList<Bolt11FallbackAddress> FallbackAddresses { get; init; } = Array.Empty<Bolt11FallbackAddress>();

    /// <summary>Paths to the payee with hidden nodes, payable through a node that supports them.</summary>
    public IReadOnlyList<Bolt11BlindedPath> BlindedPaths { get; init; } = Array.Empty<Bolt11BlindedPath>();

    /// <summary>Data that the payer returns to the payee (field m), in hexadecimal digits.</summary>
    public string? MetadataHex { get; init; }

    /// <summary>The compact signature, 64 bytes in hexadecimal digits.</summary>
    public required string SignatureHex { get; init; }

    /// <summary>Recovery id of the key that signed, 0 to 3.</summary>
    public int SignatureRecoveryId { get; init; }

    /// <summary>
    /// Always true: a text is not decoded if its stated payee did not sign it, or if no key can have signed it.
    /// Without a stated payee, the signer is the payee.
    /// </summary>
    public bool IsSignatureVerified { get; } = true;

    /// <summary>Decodes an invoice without any change: white space or a <c>lightning:</c> before it is an error.</summary>
    /// <exception cref="L402Exception">One of the <c>invoice_…</c> codes.</exception>
    public static Bolt11Invoice Parse(string text) => TryParse(text, out var invoice, out var error) ? invoice : throw new L402Exception(error);

    /// <summary>Decodes an invoice without any change: white space or a <c>lightning:</c> before it is an error.</summary>
    /// <param name="text">The invoice.</param>
    /// <param name="invoice">The decoded invoice.</param>
    /// <param name="error">One of the <c>invoice_…</c> codes.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Bolt11Invoice? invoice, [NotNullWhen(false)] out L402Error? error)
    {
        invoice = InvoiceDecoder.Decode(text, out error);
        return invoice is not null;
    }

    /// <summary>The invoice in an address of a wallet: <c>lightning:</c>, <c>lightning://</c> or BIP 21 with <c>lightning=</c>; any other text unchanged.</summary>
    /// <param name="text">The address, or an invoice.</param>
    public static string Unwrap(string text) => InvoiceUri.Unwrap(text);

    /// <summary>Whether it has expired at this time.</summary>
    public bool IsExpiredAt(DateTimeOffset time) => time >= ExpiresAt;

    /// <summary>The invoice as given.</summary>
    public override string ToString() => Text;
}

/// <summary>The network of an invoice, from its prefix.</summary>
public enum Bolt11Network
{
    /// <summary><c>lnbc</c>: bitcoin.</summary>
    Mainnet,

    /// <summary><c>lntb</c>: testnet.</summary>
    Testnet,

    /// <summary><c>lntbs</c>: signet.</summary>
    Signet,

    /// <summary><c>lnbcrt</c>: regtest.</summary>
    Regtest,

    /// <summary><c>lnsb</c>: simnet.</summary>
    Simnet,
}

/// <summary>A channel of a private route to the payee (field <c>r</c> of BOLT 11).</summary>
/// <param name="PublicKeyHex">Node at the start of the channel: 33 bytes in hexadecimal digits.</param>
/// <param name="ShortChannelId">The channel: block, transaction and output, as <c>66051x263430x1800</c>.</param>
/// <param name="FeeBaseMsat">Base fee of a payment, in millisatoshis.</param>
/// <param name="FeeProportionalMillionths">Proportional fee, in millionths of the amount.</param>
/// <param name="CltvExpiryDelta">Blocks that the node requires between its locks.</param>
public sealed record Bolt11RouteHop(string PublicKeyHex, string ShortChannelId, long FeeBaseMsat, long FeeProportionalMillionths, int CltvExpiryDelta)
{
    /// <summary>Node and channel.</summary>
    public override string ToString() => PublicKeyHex + " " + ShortChannelId;
}

/// <summary>An on-chain address of an invoice in addition to Lightning (field <c>f</c> of BOLT 11).</summary>
/// <param name="Version">0 to 16: witness version; 17: public key hash; 18: script hash.</param>
/// <param name="ProgramHex">The witness program or hash, in hexadecimal digits.</param>
public sealed record Bolt11FallbackAddress(int Version, string ProgramHex)
{
    /// <summary>Version and program.</summary>
    public override string ToString() => FormattableString.Invariant($"version {Version}, {ProgramHex}");
}

/// <summary>A path to the payee with hidden nodes (field 5, which LND writes).</summary>
/// <param name="IntroductionNodeHex">First node of the path, the only one that is not hidden: 33 bytes in hexadecimal digits.</param>
/// <param name="HopCount">Number of nodes of the path.</param>
/// <param name="FeeBaseMsat">Base fee of the path for a payment, in millisatoshis.</param>
/// <param name="FeeProportionalMillionths">Proportional fee of the path in millionths of the amount.</param>
/// <param name="CltvExpiryDelta">Blocks required by the path.</param>
public sealed record Bolt11BlindedPath(string IntroductionNodeHex, int HopCount, long FeeBaseMsat, long FeeProportionalMillionths, int CltvExpiryDelta);

/// <summary>State of the amount in the human-readable part of an invoice.</summary>
public enum InvoiceAmountKind
{
    /// <summary>The invoice is not BOLT 11, or its network is unknown.</summary>
    NotBolt11,

    /// <summary>The payer chooses the amount.</summary>
    Absent,

    /// <summary>A positive number of millisatoshis.</summary>
    Stated,

    /// <summary>Zero, not whole millisatoshis, out of range, malformed, or in pico-bitcoin without a valid checksum. Nothing may be paid on the basis of another amount.</summary>
    Unusable,
}
