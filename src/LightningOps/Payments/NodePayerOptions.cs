using System;

namespace LightningOps.Payments;

/// <summary>Common options of all wallets that are nodes.</summary>
internal abstract record NodePayerOptions
{
    /// <summary>Base URL, for example <c>https://localhost:3010</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>File of the certificate to accept; null to trust it in another way.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Time limit of a payment.</summary>
    public TimeSpan PaymentTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Additional wait for the answer.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
