using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using LightningOps.L402.Credentials;
using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>What an ep212 smoke buys from, and with what; what was opened for it goes with it.</summary>
internal sealed class Ep212Scene : IDisposable
{
    /// <summary><c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>What is asked.</summary>
    public required Ep212Routes Routes { get; init; }

    /// <summary>The most a purchase may cost.</summary>
    public required Msats MaxSpend { get; init; }

    /// <summary>Limits beside it.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>The wallet; how often it is asked to pay is counted.</summary>
    public required CountingPayer Payer { get; init; }

    /// <summary>What tells the wallet from others of its kind; null where there is one of the kind.</summary>
    public string? WalletPlace { get; init; }

    /// <summary>Where what is bought is kept.</summary>
    public required CredentialStore Store { get; init; }

    /// <summary>Answers the requests; null for the network.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether a credential may be good for one request only, so that the second one is paid for again.</summary>
    public bool AllowsSinglePurchases { get; init; }

    /// <summary>What else was opened, in that order.</summary>
    public IReadOnlyList<IDisposable> Opened { get; init; } = Array.Empty<IDisposable>();

    public void Dispose()
    {
        Payer.Dispose();
        Store.Dispose();
        Handler?.Dispose();
        foreach (var resource in Opened.Reverse())
        {
            resource.Dispose();
        }
    }
}
