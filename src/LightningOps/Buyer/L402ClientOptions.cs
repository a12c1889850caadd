using System;
using LightningOps.Buyer.Spending;
using LightningOps.Observability;

namespace LightningOps.Buyer;

/// <summary>How a client buys.</summary>
public sealed record L402ClientOptions
{
    /// <summary>What may be spent, and where.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>
    /// What tells the wallet from others of its kind, for example its URL: how a payment ended is only asked of the wallet
    /// that was to make it. Null where there is one of the kind.
    /// </summary>
    public string? WalletPlace { get; init; }

    /// <summary>How long a credential is used before it is bought anew, unless the request says; null for as long as it is accepted.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary>Time limit until the headers of an answer are there.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Time limit of a whole call until the headers of its answer are there, whatever is bought for it; null for none.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>How long to wait for a payment the wallet cannot tell the end of; then it is a failure, and the next request looks again.</summary>
    public TimeSpan PendingWait { get; init; } = TimeSpan.Zero;

    /// <summary>How often to look while waiting for a pending payment.</summary>
    public TimeSpan PendingPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for another process that buys at the same host and scope.</summary>
    public TimeSpan PurchaseWait { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often to look while waiting for another process.</summary>
    public TimeSpan PurchasePoll { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Connections to one server at a time; more requests wait. Of the client's own handler only.</summary>
    public int MaxConnectionsPerServer { get; init; } = 1024;

    /// <summary>Told of each step, on any thread, without a secret.</summary>
    public IProgress<L402Step>? Progress { get; init; }

    /// <summary>Where a record of each request goes; null for nowhere. What it throws is a step, and fails no request.</summary>
    public IObservabilitySink? Observability { get; init; }
}

/// <summary>Something a client does; no secret is in it.</summary>
/// <param name="Name">challenge, looking_up, paying, paid, credential, answer, observability or warning.</param>
/// <param name="Text">What, for a person.</param>
public sealed record L402Step(string Name, string Text)
{
    /// <summary>Name of a step that the user should see without asking for it.</summary>
    public const string Warning = "warning";
}
