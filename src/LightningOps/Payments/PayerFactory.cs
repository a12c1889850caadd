using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.Payments.Cln;
using LightningOps.Payments.Lnd;
using LightningOps.Payments.Phoenixd;
using LightningOps.Payments.Simulation;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;

namespace LightningOps.Payments;

/// <summary>Creates the wallet specified by an operator. The only place that lists all kinds.</summary>
public static class PayerFactory
{
    // A day, the maximum time limit.
    private const long MaxTimeoutMs = 24 * 60 * 60 * 1000;

    /// <summary>The wallet; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public static IInvoicePayer Create(PayerReference reference, PayerSettings settings) => reference.Kind switch
    {
        PayerKind.Mock => new MockPayer(settings.Mock),
        PayerKind.WalletExecutor => new WalletExecutorPayer(CreateExecutorOptions(reference.Place, settings)),
        PayerKind.Simulated => settings.Simulated ?? throw CreateSimulatedError(settings.RunningGateways),
        PayerKind.Lnd => new LndPayer(CreateLndOptions(reference.Place!, settings)),
        PayerKind.Cln => new ClnPayer(new ClnPayerOptions
        {
            BaseUrl = reference.Place!,
            Rune = settings.Secret,
            RunePath = settings.SecretPath,
            CertificatePath = settings.CertificatePath,
            CertificateFingerprint = settings.CertificateFingerprint,
            FeeLimit = settings.FeeLimit,
            PaymentTimeout = settings.PaymentTimeout ?? LndPayerOptions.DefaultPaymentTimeout,
            Http = settings.Http,
        }),
        PayerKind.Phoenixd => new PhoenixdPayer(new PhoenixdPayerOptions
        {
            BaseUrl = reference.Place!,
            Password = settings.Secret,
            PasswordPath = settings.SecretPath,
            CertificatePath = settings.CertificatePath,
            CertificateFingerprint = settings.CertificateFingerprint,
            FeeAllowance = settings.FeeLimit,
            PaymentTimeout = settings.PaymentTimeout ?? LndPayerOptions.DefaultPaymentTimeout,
            Http = settings.Http,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(reference)),
    };

    private static ConfigException CreateSimulatedError(IReadOnlyList<string> running) => running.Count == 0
        ? new ConfigException("Payer", "no loopback gateway runs in this session", "Start one with Start-L402TestGateway. Its wallet pays its invoices.")
        : new ConfigException(
            "Payer",
            running.Count.ToString(CultureInfo.InvariantCulture) + " loopback gateways run in this session, and each wallet pays only the invoices of its own gateway",
            "Request an address of one of them with Invoke-L402WebRequest, which then pays with its wallet, or stop the others with Stop-L402TestGateway. They run at " + string.Join(", ", running) + ".");

    private static WalletExecutorPayerOptions CreateExecutorOptions(string? url, PayerSettings settings)
    {
        var environment = settings.Environment;
        var otherwise = (long)WalletExecutorPayerOptions.DefaultTimeout.TotalMilliseconds;
        var timeout = environment.PositiveInteger(EnvironmentVariables.WalletExecutorTimeoutMs, otherwise);
        return new WalletExecutorPayerOptions
        {
            BaseUrl = url ?? environment.Require(EnvironmentVariables.WalletExecutorBaseUrl),
            AuthToken = environment.FindSecret(EnvironmentVariables.WalletExecutorAuthToken),
            Timeout = TimeSpan.FromMilliseconds(Math.Min(timeout, MaxTimeoutMs)),
            FeeAllowance = settings.FeeLimit ?? 0,
            Http = settings.Http,
        };
    }

    private static LndPayerOptions CreateLndOptions(string url, PayerSettings settings) => new()
    {
        BaseUrl = url,
        Macaroon = settings.Macaroon,
        MacaroonPath = settings.MacaroonPath,
        CertificatePath = settings.CertificatePath,
        CertificateFingerprint = settings.CertificateFingerprint,
        FeeLimit = settings.FeeLimit,
        PaymentTimeout = settings.PaymentTimeout ?? LndPayerOptions.DefaultPaymentTimeout,
        Http = settings.Http,
    };
}

/// <summary>
/// A wallet as an operator writes it: <c>executor</c>, <c>executor:https://…</c>, <c>lnd:https://host:port</c>,
/// <c>cln:https://host:port</c>, <c>phoenixd:http://host:port</c>, <c>simulated</c> or <c>mock</c>. The name of a
/// wallet is accepted too.
/// </summary>
/// <param name="Kind">Kind of the gateway.</param>
/// <param name="Place">URL; null to use the settings.</param>
public sealed record PayerReference(PayerKind Kind, string? Place)
{
    private const string Forms = "executor, executor:https://host, lnd:https://host:port, cln:https://host:port, phoenixd:http://127.0.0.1:9740, simulated or mock";

    /// <summary>Reads a reference.</summary>
    /// <param name="text">Text of the operator.</param>
    /// <exception cref="ConfigException">The value is not a wallet.</exception>
    public static PayerReference Parse(string text)
    {
        var colon = text.IndexOf(':');
        var place = colon < 0 ? null : text.Substring(colon + 1).Trim();
        var kind = FindKind((colon < 0 ? text : text.Substring(0, colon)).Trim());
        return (kind, place) switch
        {
            (null, _) or (_, "") or (PayerKind.Mock or PayerKind.Simulated, not null) or (PayerKind.Lnd or PayerKind.Cln or PayerKind.Phoenixd, null) =>
                throw new ConfigException("Payer", "\"" + text + "\" is not a wallet", "Specify -Payer as " + Forms + "."),
            _ => new PayerReference(kind.Value, place),
        };
    }

    private static PayerKind? FindKind(string name) => name.ToLowerInvariant() switch
    {
        "executor" or "wallet-executor" => PayerKind.WalletExecutor,
        "lnd" => PayerKind.Lnd,
        "cln" => PayerKind.Cln,
        "phoenixd" => PayerKind.Phoenixd,
        "mock" => PayerKind.Mock,
        "simulated" => PayerKind.Simulated,
        _ => null,
    };
}

/// <summary>The kinds of wallets.</summary>
public enum PayerKind
{
    /// <summary>A wallet without money, for trials and tests: it pays only mock invoices.</summary>
    Mock,

    /// <summary>A wallet executor behind HTTP.</summary>
    WalletExecutor,

    /// <summary>The wallet of a loopback gateway that runs in this session; no money moves.</summary>
    Simulated,

    /// <summary>An LND node over its REST API.</summary>
    Lnd,

    /// <summary>A Core Lightning node over its REST plugin.</summary>
    Cln,

    /// <summary>phoenixd over its HTTP API.</summary>
    Phoenixd,
}

/// <summary>Settings of wallets; each kind reads only the settings it needs.</summary>
public sealed record PayerSettings
{
    /// <summary>Effective settings: URL, token and time limit of the wallet executor.</summary>
    public required OperatorEnvironment Environment { get; init; }

    /// <summary>A macaroon with permission to pay, in hex (LND).</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of a macaroon with permission to pay (LND).</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>A rune (Core Lightning) or the password (phoenixd).</summary>
    public OperatorSecret? Secret { get; init; }

    /// <summary>File of it.</summary>
    public string? SecretPath { get; init; }

    /// <summary>File of the certificate to accept (LND, Core Lightning, phoenixd).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept (LND, Core Lightning, phoenixd).</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>
    /// Maximum routing fee in millisatoshis; null for the default of the node. For a wallet executor and phoenixd, which
    /// accept no limit, the amount counted as the fee; null for 0, or 0.4 % and 4 satoshis of phoenixd.
    /// </summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>Time limit of payment attempts (LND, Core Lightning, phoenixd); null for the limit of the wallet.</summary>
    public TimeSpan? PaymentTimeout { get; init; }

    /// <summary>Source of the preimages of the mock wallet.</summary>
    public MockPayerOptions Mock { get; init; } = new();

    /// <summary>The wallet of a loopback gateway that runs in this session (Simulated); null when none runs, or several and none of them is chosen.</summary>
    public SimulatedWallet? Simulated { get; init; }

    /// <summary>Addresses of the loopback gateways that run in this session.</summary>
    public IReadOnlyList<string> RunningGateways { get; init; } = Array.Empty<string>();

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
