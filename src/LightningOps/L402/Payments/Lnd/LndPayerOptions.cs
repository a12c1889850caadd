using System;
using LightningOps.L402.Payments.Http;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>How an LND node is reached over REST, and what it may spend on routing.</summary>
public sealed record LndPayerOptions
{
    /// <summary>How long LND looks for a route unless it is told.</summary>
    public static readonly TimeSpan DefaultPaymentTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Base URL of the REST listener, for example <c>https://localhost:8080</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>A macaroon that may pay, in hex; either it or <see cref="MacaroonPath"/> is needed.</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the macaroon (for example <c>admin.macaroon</c>, binary), read for every request.</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the one certificate taken (<c>tls.cert</c>), PEM or DER; null for another way to trust it.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the one certificate taken, hex with or without colons; null with no path either trusts the system's store.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>
    /// Most that may be paid for routing, millisatoshis, beside the amount. Null for LND's own default: as much as the
    /// amount up to 1,000 satoshis, 5 % of it above (lnwallet, DefaultRoutingFeeLimitForAmount).
    /// </summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>
    /// How much longer than by the own clock an invoice is taken for payable, for the clock of the node: until then LND is not
    /// believed that it knows nothing of what was sent, which may still be on its way to it.
    /// </summary>
    public TimeSpan ClockMargin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long LND looks for a route that works.</summary>
    public TimeSpan PaymentTimeout { get; init; } = DefaultPaymentTimeout;

    /// <summary>How much longer than that its answer is waited for.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a look-up waits for a payment under way to end, and how long LND may take to name its network.</summary>
    public TimeSpan LookUpTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
