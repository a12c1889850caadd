using System;
using LightningOps.L402.Payments.Http;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.WalletExecutor;

/// <summary>How a wallet executor is reached (docs/reference/l402.md#payers).</summary>
public sealed class WalletExecutorPayerOptions
{
    /// <summary>Time limit of a payment when none is set: 60 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(60_000);

    /// <summary>Base URL, without <c>/pay-bolt11</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Bearer token; null for an executor without one.</summary>
    public OperatorSecret? AuthToken { get; init; }

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>
    /// What is counted for routing beside each amount, millisatoshis: the executor neither takes a limit of it nor tells
    /// what it paid.
    /// </summary>
    public Msats FeeAllowance { get; init; }

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
