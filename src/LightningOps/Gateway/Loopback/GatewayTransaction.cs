using System;

namespace LightningOps.Gateway.Loopback;

/// <summary>A credential that was asked for, as Aperture's admin API lists it among its transactions (docs/reference/aperture.md#admin-api).</summary>
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

    /// <summary>The transaction as any gateway tells of it, times to the second as Aperture's admin API has them.</summary>
    internal SettledTransaction ToSettledTransaction() => new()
    {
        Id = Id,
        TokenId = TokenId,
        PaymentHash = PaymentHash,
        ServiceName = ServiceName,
        PriceSats = PriceSats,
        CreatedAt = Second(CreatedAtMs),
        SettledAt = SettledAtMs is { } settled ? Second(settled) : null,
    };

    private static DateTimeOffset Second(long milliseconds) => DateTimeOffset.FromUnixTimeSeconds(milliseconds / 1000);
}
