namespace LightningOps.L402;

/// <summary>A payment demand of a 402 other than L402, as stated by the server. It is not verified; only a charge of <c>Payment</c> for lightning is paid.</summary>
public sealed record PaymentDemand
{
    /// <summary><c>Payment</c>, <c>x402</c>, <c>Invoice</c> for one in a JSON body, or <c>Page</c> for a page to read in a browser.</summary>
    public required string Scheme { get; init; }

    /// <summary>Payment method: <c>lightning</c> of Payment, <c>exact</c> of x402.</summary>
    public string? Method { get; init; }

    /// <summary>Intent of the payment: <c>charge</c> or <c>session</c> of Payment.</summary>
    public string? Intent { get; init; }

    /// <summary>The amount as stated, in units of <see cref="Currency"/>.</summary>
    public string? Amount { get; init; }

    /// <summary>The currency, or the asset of x402.</summary>
    public string? Currency { get; init; }

    /// <summary>The payee.</summary>
    public string? Realm { get; init; }

    /// <summary>The network as stated.</summary>
    public string? Network { get; init; }

    /// <summary>The Lightning invoice in it, as received.</summary>
    public string? Invoice { get; init; }

    /// <summary>Expiry, as stated.</summary>
    public string? Expires { get; init; }

    /// <summary>The demand in one line.</summary>
    public override string ToString() =>
        Scheme + Part(" ", Method) + Part(" ", Intent) + (Amount is null ? string.Empty : " of " + Amount + Part(" ", Currency)) + Part(" on ", Network) + Part(" for ", Realm);

    private static string Part(string before, string? text) => text is null ? string.Empty : before + text;
}
