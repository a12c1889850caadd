using System;
using LightningOps.L402.Payments.Http;
using LightningOps.L402.Payments.Mock;
using LightningOps.L402.Simulation;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>What wallets are made from; what a kind does not need is not looked at.</summary>
public sealed record PayerSettings
{
    /// <summary>Settings in force: URL, token and time limit of the wallet executor.</summary>
    public required OperatorEnvironment Environment { get; init; }

    /// <summary>A macaroon that may pay, in hex (LND).</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of a macaroon that may pay (LND).</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the one certificate taken (LND).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the one certificate taken (LND).</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>
    /// Most that may be paid for routing, millisatoshis; null for LND's own default. Of a wallet executor, which takes no limit,
    /// what is counted for it; null for nothing.
    /// </summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>How long a payment is tried (LND); null for the wallet's own limit.</summary>
    public TimeSpan? PaymentTimeout { get; init; }

    /// <summary>What the mock wallet pays with.</summary>
    public MockPayerOptions Mock { get; init; } = new();

    /// <summary>The wallet of the loopback gateway that runs in this session (Simulated); null when none runs, or several.</summary>
    public SimulatedWallet? Simulated { get; init; }

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
