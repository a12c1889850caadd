using System;
using LightningOps.Buyer.Spending;
using LightningOps.Observability;

namespace LightningOps.Buyer;

/// <summary>Options of a client.</summary>
public sealed record L402ClientOptions
{
    /// <summary>Spending limits and host lists.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>
    /// Identity of the wallet among others of its kind, for example its URL. A payment is checked only with the
    /// wallet that started it. Null if there is only one of the kind.
    /// </summary>
    public string? WalletPlace { get; init; }

    /// <summary>Maximum age of a credential unless the request sets one; null for no limit.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary>Time limit for the headers of an answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Time limit of a whole call until the headers of its answer, purchases included; null for none.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>Maximum wait for a payment with an unknown outcome; then the request fails, and the next request checks again.</summary>
    public TimeSpan PendingWait { get; init; } = TimeSpan.Zero;

    /// <summary>Interval for checking a pending payment.</summary>
    public TimeSpan PendingPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Maximum wait for another process that buys at the same host and scope.</summary>
    public TimeSpan PurchaseWait { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Interval for checking another process.</summary>
    public TimeSpan PurchasePoll { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Maximum number of connections to one server at a time; more requests wait. For the client's own handler only.</summary>
    public int MaxConnectionsPerServer { get; init; } = 1024;

    /// <summary>
    /// File with one or more certificates to accept from sellers, and no others; null for the trust store of the
    /// system. For the client's own handler only.
    /// </summary>
    public string? SellerCertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept from sellers, in hex; it takes precedence over the file.</summary>
    public string? SellerCertificateFingerprint { get; init; }

    /// <summary>Receives each step, on any thread, without secrets.</summary>
    public IProgress<L402Step>? Progress { get; init; }

    /// <summary>Sink for a record of each request; may be null. Its exceptions are reported as a step and fail no request.</summary>
    public IObservabilitySink? Observability { get; init; }
}

/// <summary>A step of a client, without secrets.</summary>
/// <param name="Name">challenge, looking_up, paying, paid, credential, answer, observability or warning.</param>
/// <param name="Text">Description for people.</param>
public sealed record L402Step(string Name, string Text)
{
    /// <summary>Name of a step that the user should always see.</summary>
    public const string Warning = "warning";
}
