using System.Globalization;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>Checks a paywall's price (docs/reference/compile.md#diagnostics).</summary>
internal static class PaywallChecks
{
    // 100,000 BTC: Aperture's maxServicePrice.
    private const long MaxSatoshis = 100_000L * 100_000_000L;

    public static void Check(Paywall paywall, LimitedDiagnostics found)
    {
        Msats price = paywall.Policy.FixedAmountMsats;
        if (!price.IsWholeSatoshis)
        {
            found.Add(CreateDiagnostic(
                paywall,
                "price_rounded_up",
                DiagnosticSeverity.Warn,
                string.Format(CultureInfo.InvariantCulture, "{0} msat is not a whole number of satoshis: the price is {1} sat", price, price.SatoshisRoundedUp),
                DiagnosticDetails.Create("msats", price.Value, "sats", price.SatoshisRoundedUp)));
        }

        // The invoice asks for whole satoshis.
        if (paywall.Policy.MaxPerRequestMsats is { } cap && price.SatoshisRoundedUp > cap / Msats.PerSatoshi)
        {
            found.Add(CreateDiagnostic(
                paywall,
                "price_exceeds_request_cap",
                DiagnosticSeverity.Error,
                string.Format(
                    CultureInfo.InvariantCulture,
                    price.IsWholeSatoshis ? "fixedAmountMsats {0} is more than maxPerRequestMsats {1}" : "the invoice asks {2} sat (fixedAmountMsats {0} rounded up), which is more than maxPerRequestMsats {1}",
                    price,
                    cap,
                    price.SatoshisRoundedUp),
                DiagnosticDetails.Create("fixedAmountMsats", price.Value, "maxPerRequestMsats", cap)));
        }

        if (price.SatoshisRoundedUp > MaxSatoshis)
        {
            found.Add(CreateDiagnostic(
                paywall,
                "price_exceeds_gateway_maximum",
                DiagnosticSeverity.Error,
                string.Format(CultureInfo.InvariantCulture, "{0} sat is more than the {1} sat Aperture accepts", price.SatoshisRoundedUp, MaxSatoshis),
                DiagnosticDetails.Create("sats", price.SatoshisRoundedUp, "maximumSats", MaxSatoshis)));
        }
    }

    private static Diagnostic CreateDiagnostic(Paywall paywall, string code, DiagnosticSeverity severity, string message, System.Collections.IDictionary details) => new()
    {
        Code = code,
        Severity = severity,
        Message = message,
        PaywallId = paywall.PaywallId,
        Details = details,
    };
}
