using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settlements.Books;

namespace LightningOps.Status;

/// <summary>A status as a report. Owner ids are left out unless requested. A status contains no addresses of upstreams and clients.</summary>
public static class StatusReport
{
    /// <summary>Maximum number of rows of one list; the summary has all of them.</summary>
    internal const int MaxRows = 50;

    private const string NotKnown = "not known";

    /// <summary>The status in a sentence.</summary>
    /// <param name="status">The status.</param>
    internal static string GetOutcome(L402Status status)
    {
        var parts = new List<string>();
        if (status.Switches is { Global.GlobalPause: true })
        {
            parts.Add(DescribePause(status.Gateways));
        }

        var drifted = status.Gateways.Count(static gateway => gateway.Drift == DriftStatus.InDrift);
        var undetermined = status.Gateways.Count(static gateway => gateway.Drift == DriftStatus.Undetermined);
        parts.Add(drifted > 0 ? Count(drifted, "gateway") + " not as desired."
            : undetermined > 0 ? "Of " + Count(undetermined, "gateway") + " it is not known whether the desired configuration is live."
            : status.Gateways.Count == 0 ? "No gateway was specified."
            : "Every gateway serves the desired configuration.");
        if (status.Smokes.Count(static smoke => smoke.Ok != true) is > 0 and var failed)
        {
            parts.Add(Count(failed, "smoke") + " not passed.");
        }

        if (status.Expiring.Count(item => item.ExpiresAtMs <= status.TakenAtMs) is > 0 and var expired)
        {
            parts.Add(expired.ToString(CultureInfo.InvariantCulture) + " expired.");
        }

        if (status.NotKnown.Count > 0)
        {
            parts.Add(Count(status.NotKnown.Count, "value") + " not known.");
        }

        return string.Join(" ", parts);
    }

    /// <summary>The report.</summary>
    /// <param name="status">The status.</param>
    /// <param name="withOwners">Whether to include owner ids.</param>
    public static RunReport Create(L402Status status, bool withOwners)
    {
        var shown = withOwners ? status : WithoutOwners(status);
        return new RunReport
        {
            Title = "Status",
            Ok = status.Ok,
            Outcome = status.Outcome,
            Facts =
            [
                new("Taken at", Time(status.TakenAtMs)),
                new("Control plane", status.ControlPlane),
                new("Global pause", status.Switches is null ? NotKnown : Switch(status.Switches.Global.GlobalPause, status.Switches.Global.UpdatedBy, status.Switches.Global.UpdatedAtMs)),
                new("Kill switches", status.Switches is null ? NotKnown : Count(status.Switches.OwnerControls.Count(static owner => owner.KillSwitch), "owner") + " stopped"),
                new("Paywalls", status.Paywalls is null ? NotKnown : string.Join(", ", status.Paywalls.Select(static count => count.Count.ToString(CultureInfo.InvariantCulture) + " " + EnumName.GetName(count.Status)))),
                new("Last roll-out", status.LastRollout is { } last ? EnumName.GetName(last.Status) + " " + Time(last.UpdatedAtMs) : NotKnown),
                new("Last success", status.LastSuccessAtMs is { } success ? Time(success) : NotKnown),
                new("Sales in 24 h", status.RevenueDay is { } day ? Count(day.Settled, "payment") + ", " + Sats(day.SettledMsats) : NotKnown),
                new("Sales", status.Revenue is { } all ? Count(all.Settled, "payment") + ", " + Sats(all.SettledMsats) : NotKnown),
                new("Pending invoices", status.Revenue is { } open ? open.Open.ToString(CultureInfo.InvariantCulture) + ", " + Sats(open.OpenMsats) : NotKnown),
                new("Hourly budget left", status.Spending is null ? NotKnown : status.HourLeftMsats is { } hour ? Sats(hour) : "no budget"),
                new("Daily budget left", status.Spending is null ? NotKnown : status.DayLeftMsats is { } left ? Sats(left) : "no budget"),
                .. (status.Credentials ?? []).Select(static credential => new ReportFact("Credential " + credential.Role, credential.Status + ", version " + credential.Version.ToString(CultureInfo.InvariantCulture) + ", " + Age(credential.AgeSeconds) + " old")),
                .. Cut(ExpiringItem.Rank(status.Expiring), "expiries", static item => new ReportFact("Expires: " + EnumName.GetName(item.Kind) + " " + item.Name, Time(item.ExpiresAtMs) + (item.SecondsLeft <= 0 ? " (expired)" : " (in " + Age(item.SecondsLeft) + ")"))),
                .. (withOwners ? Cut((status.Switches?.OwnerControls ?? []).Where(static owner => owner.KillSwitch).OrderByDescending(static owner => owner.UpdatedAtMs), "stopped owners", static owner => new ReportFact("Stopped owner", owner.OwnerId + ", " + Switch(true, owner.UpdatedBy, owner.UpdatedAtMs))) : []),
                .. (withOwners ? Cut((status.Owners ?? []).OrderByDescending(static owner => owner.SettledMsats), "owners with sales", static owner => new ReportFact("Sales of " + owner.OwnerId, Sats(owner.SettledMsats))) : []),
            ],
            Checks =
            [
                .. status.Gateways.Select(static gateway => gateway.Drift == DriftStatus.Undetermined
                    ? ReportCheck.CreateSkipped(gateway.Gateway, gateway.Outcome)
                    : ReportCheck.Create(gateway.Gateway, gateway.Drift == DriftStatus.InSync, Describe(gateway))),
                .. status.Gateways.SelectMany(static gateway => gateway.Endpoints).Select(static endpoint => endpoint.Live is null
                    ? ReportCheck.CreateSkipped(endpoint.Endpoint, endpoint.Failure ?? "live configuration not known")
                    : ReportCheck.Create(endpoint.Endpoint, holds: true, "live " + Short(endpoint.Live))),
                .. status.Smokes.Select(static smoke => smoke.Ok is { } ok ? ReportCheck.Create("Smoke " + smoke.Name, ok, Time(smoke.FinishedAtMs)) : ReportCheck.CreateSkipped("Smoke " + smoke.Name, "its summary does not say")),
            ],
            Warnings =
            [
                .. shown.NotKnown.Take(MaxRows).Select(static value => "Not known: " + value),
                .. shown.NotKnown.Count > MaxRows ? ["Not known: " + LeftOut(shown.NotKnown.Count, "values")] : Array.Empty<string>(),
                .. status.Findings.Take(MaxRows).Select(static finding => finding.Message),
                .. status.Findings.Count > MaxRows ? [LeftOut(status.Findings.Count, "findings")] : Array.Empty<string>(),
            ],
            Timeline = [new RunEvent(status.TakenAtMs, "status", "status", status.Ok ? "ok" : status.NotKnown.Count > 0 ? "skipped" : "failed")],
            Summary = shown,
        };
    }

    private static IEnumerable<ReportFact> Cut<T>(IEnumerable<T> list, string what, Func<T, ReportFact> create)
    {
        var all = list.ToArray();
        return all.Length > MaxRows ? all.Take(MaxRows).Select(create).Append(new ReportFact("Left out", LeftOut(all.Length, what))) : all.Select(create);
    }

    private static string LeftOut(int count, string what) => (count - MaxRows).ToString(CultureInfo.InvariantCulture) + " more " + what + "; summary.json has all of them";

    /// <summary>The status without owner ids.</summary>
    private static L402Status WithoutOwners(L402Status status) => status with
    {
        Owners = null,
        Switches = status.Switches is null ? null : status.Switches with { OwnerControls = status.Switches.OwnerControls.Select(static (owner, place) => owner with { OwnerId = "owner " + (place + 1).ToString(CultureInfo.InvariantCulture), DenyReason = null }).ToArray() },
        LastRollout = status.LastRollout is null ? null : status.LastRollout with { OwnerId = null, Metadata = null, Diagnostics = null },
        LastApplied = status.LastApplied is null ? null : status.LastApplied with { OwnerId = null, Metadata = null, Diagnostics = null },
    };

    // A pause is set at the control plane. A gateway sells on until it is rolled out.
    private static string DescribePause(IReadOnlyList<GatewayStatus> gateways)
    {
        var selling = gateways.Count(static gateway => gateway.Selling > 0);
        var failing = gateways.Count(static gateway => gateway is { Selling: 0, Failing: > 0 });
        var unknown = gateways.Where(static gateway => gateway.Selling is null).ToArray();
        return "A global pause is set"
            + (selling > 0 ? "; " + Count(selling, "gateway") + " still " + (selling == 1 ? "sells." : "sell.")
                : unknown.Length == 0 && gateways.Count > 0 ? "; no gateway that was read sells."
                : ".")
            + (failing > 0 ? " " + Count(failing, "gateway") + (failing == 1 ? " asks" : " ask") + " for payment, and " + (failing == 1 ? "its" : "their") + " paid requests fail." : string.Empty)
            + (unknown.Length == 0 ? string.Empty
                : unknown.Length == 1 ? " It is not known whether " + unknown[0].Gateway + " sells."
                : " It is not known whether " + Count(unknown.Length, "gateway") + " sell.");
    }

    private static string Describe(GatewayStatus gateway) =>
        "desired " + Short(gateway.Desired) + ", written " + Short(gateway.Written) + ", live " + Short(gateway.Live) + (gateway.Drift == DriftStatus.InDrift && gateway.Plan is { } plan ? ". " + plan : string.Empty);

    private static string Short(string? hash) => hash is { Length: > 12 } text ? text.Substring(0, 12) : hash ?? NotKnown;

    private static string Switch(bool isOn, string? by, long atMs) =>
        (isOn ? "on" : "off") + (by is null ? string.Empty : ", set by " + by) + (atMs > 0 ? " at " + Time(atMs) : string.Empty);

    private static string Time(long atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Sats(decimal msats) => (msats / 1000).ToString("0.###", CultureInfo.InvariantCulture) + " sat";

    private static string Count(long count, string noun) => count.ToString(CultureInfo.InvariantCulture) + " " + noun + (count == 1 ? string.Empty : "s");

    private static string Age(double seconds) => TimeSpan.FromSeconds(Math.Abs(seconds)) is { TotalDays: >= 2 } days
        ? days.TotalDays.ToString("0", CultureInfo.InvariantCulture) + " days"
        : TimeSpan.FromSeconds(Math.Abs(seconds)).TotalHours.ToString("0.#", CultureInfo.InvariantCulture) + " h";
}
