namespace LightningOps.Gateway.Loopback;

/// <summary>A credential that was asked for, as Aperture's admin API lists it among its transactions (contracts/aperture.md).</summary>
public sealed record GatewayTransaction
{
    /// <summary>Number, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>The token's own name: 64 hexadecimal digits.</summary>
    public required string TokenId { get; init; }

    /// <summary>Hash of the invoice: 64 hexadecimal digits.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>The service it was asked of.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary><c>pending</c> or <c>settled</c>.</summary>
    public string State => SettledAtMs is null ? "pending" : "settled";

    /// <summary>When it was asked for, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When its invoice was paid, Unix milliseconds; null while it is not.</summary>
    public long? SettledAtMs { get; init; }
}
