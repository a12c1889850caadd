using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Status;

/// <summary>
/// Findings about growth and exposure of an Aperture (docs/reference/aperture.md#operation). Each unpaid challenge
/// leaves a row, a root key and an invoice for ever. Nothing is deleted automatically.
/// </summary>
internal static class GrowthFindings
{
    private const double ManyChallenges = 100;
    private const long FewChallenges = 1_000;
    private const long LargeDatabase = 1024L * 1024 * 1024;
    private const double SlowerStarts = 1.5;
    private const int MinStarts = 3;

    /// <summary>The growth of one gateway and the findings about it; what cannot be read is told as unknown.</summary>
    public static (GatewayGrowth? Growth, IReadOnlyList<Diagnostic> Findings) Find(IGateway gateway, List<UnknownValue> unknown)
    {
        if (gateway is not IApertureGrowth able)
        {
            return (null, []);
        }

        try
        {
            var growth = able.ReadGrowth();
            if (growth.Trouble is { } trouble)
            {
                unknown.Add(new UnknownValue("growth of " + gateway.Name, trouble));
            }

            return (GatewayGrowth.From(growth), Find(gateway.Name, growth).ToArray());
        }
        catch (Exception failure) when (failure is LightningOpsException or IOException or UnauthorizedAccessException)
        {
            unknown.Add(new UnknownValue("growth of " + gateway.Name, failure.Message));
            return (null, []);
        }
    }

    /// <summary>The findings.</summary>
    internal static IEnumerable<Diagnostic> Find(string gateway, ApertureGrowth growth)
    {
        if (growth.ReadableMode is { } mode)
        {
            yield return Create("database_readable", DiagnosticSeverity.Warn, gateway + ": " + growth.Database + " has mode " + mode + ", so every account of the machine can read it. It contains the root keys of all tokens: anyone with these keys can make tokens without a payment. Run chmod 0600 on it, and set UMask=0077 for Aperture.");
        }

        if (growth.PublicAdminAddress is { } address)
        {
            yield return Create("admin_api_public", DiagnosticSeverity.Warn, gateway + ": the admin API is on and Aperture listens on " + address + ", which other machines can reach. Anyone with the admin macaroon can change prices from there. Let a proxy refuse /api/admin and the admin gRPC service, or listen on a loopback address behind it.");
        }

        if (growth is { RootKeys: { } keys, Transactions: { } transactions, Paid: { } paid })
        {
            var ratio = GatewayGrowth.From(growth).ChallengesPerPayment;
            yield return Create(
                "growth",
                ratio > ManyChallenges && keys > FewChallenges ? DiagnosticSeverity.Warn : DiagnosticSeverity.Info,
                string.Format(CultureInfo.InvariantCulture, "{0}: {1} challenges were made and {2} paid{3}; {4} transactions and {1} root keys are in a database of {5} bytes. Each unpaid challenge stays there, and on the node as an invoice, for ever. Nothing deletes them by itself. Let lnd remove canceled invoices (gc-canceled-invoices-on-the-fly, gc-canceled-invoices-on-startup; both are off by default), and limit requests without a credential before Aperture.", gateway, keys, paid, ratio is { } per ? string.Format(CultureInfo.InvariantCulture, ", {0:0.#} per payment", per) : string.Empty, transactions, growth.DatabaseBytes));
        }

        if (growth.DatabaseBytes > LargeDatabase)
        {
            yield return Create("database_large", DiagnosticSeverity.Warn, string.Format(CultureInfo.InvariantCulture, "{0}: the database has {1} bytes.", gateway, growth.DatabaseBytes));
        }

        if (growth.StartsMs.Count > 0)
        {
            var starts = growth.StartsMs;
            var median = GatewayGrowth.GetMedian(starts);
            var isSlower = starts.Count >= MinStarts && GatewayGrowth.From(growth).StartTrend > SlowerStarts;
            yield return Create(
                isSlower ? "starts_slower" : "starts",
                isSlower ? DiagnosticSeverity.Warn : DiagnosticSeverity.Info,
                string.Format(CultureInfo.InvariantCulture, "{0}: the last {3} took {1} ms{2}. With strictverify or the admin API a start lists all invoices of the node, about 0.2 s per 1,000.", gateway, string.Join(", ", starts), isSlower ? string.Format(CultureInfo.InvariantCulture, ", the last one more than {0} times the median of the earlier ones ({1} ms)", SlowerStarts, median) : string.Empty, starts.Count == 1 ? "start" : "starts"));
        }
    }

    private static Diagnostic Create(string code, DiagnosticSeverity severity, string message) => new() { Code = code, Severity = severity, Message = message };
}
