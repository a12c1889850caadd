using System;
using LightningOps.L402.Payments.Lnd;
using LightningOps.L402.Payments.Mock;
using LightningOps.L402.Payments.WalletExecutor;

namespace LightningOps.L402.Payments;

/// <summary>Makes the wallet an operator named. The one place that knows which there are.</summary>
public static class PayerFactory
{
    // A day: the longest a time limit can be.
    private const long LongestTimeoutMs = 24 * 60 * 60 * 1000;

    /// <summary>The wallet; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public static IInvoicePayer Create(PayerReference reference, PayerSettings settings) => reference.Kind switch
    {
        PayerKind.Mock => new MockPayer(settings.Mock),
        PayerKind.WalletExecutor => new WalletExecutorPayer(ExecutorOf(reference.Place, settings)),
        PayerKind.Simulated => settings.Simulated ?? throw new ConfigException("Payer", "no loopback gateway runs in this session", "Start one with Start-L402Gateway: its wallet pays its invoices."),
        PayerKind.Lnd => new LndPayer(LndOf(reference.Place!, settings)),
        _ => throw new ArgumentOutOfRangeException(nameof(reference)),
    };

    private static WalletExecutorPayerOptions ExecutorOf(string? url, PayerSettings settings)
    {
        var environment = settings.Environment;
        var otherwise = (long)WalletExecutorPayerOptions.DefaultTimeout.TotalMilliseconds;
        var timeout = environment.PositiveInteger(EnvironmentVariables.WalletExecutorTimeoutMs, otherwise);
        return new WalletExecutorPayerOptions
        {
            BaseUrl = url ?? environment.Require(EnvironmentVariables.WalletExecutorBaseUrl),
            AuthToken = environment.FindSecret(EnvironmentVariables.WalletExecutorAuthToken),
            Timeout = TimeSpan.FromMilliseconds(Math.Min(timeout, LongestTimeoutMs)),
            FeeAllowance = settings.FeeLimit ?? 0,
            Http = settings.Http,
        };
    }

    private static LndPayerOptions LndOf(string url, PayerSettings settings) => new()
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
