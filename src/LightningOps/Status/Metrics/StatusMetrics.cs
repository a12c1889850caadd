using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway;
using LightningOps.Reconcile;

namespace LightningOps.Status.Metrics;

/// <summary>One metric with its samples.</summary>
/// <param name="Name">Name with the prefix <c>lightningops_</c> and the base unit as its end.</param>
/// <param name="Help">Description with its unit.</param>
/// <param name="IsCounter">Whether it only increases.</param>
/// <param name="Samples">Its values; empty if the value is not known.</param>
internal sealed record MetricFamily(string Name, string Help, bool IsCounter, IReadOnlyList<MetricSample> Samples);

/// <summary>One value of a metric.</summary>
/// <param name="Labels">Labels in order.</param>
/// <param name="Value">The value.</param>
internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);

/// <summary>The metrics of a status (docs/monitoring.md#metrics). An unknown value has no sample.</summary>
internal static class StatusMetrics
{
    /// <summary>Maximum number of owners unless another is specified.</summary>
    public const int DefaultMaxOwners = 50;

    /// <summary>Maximum number of bought tokens with a sample each.</summary>
    public const int MaxTokens = 50;

    /// <summary>The metrics.</summary>
    /// <param name="status">The status.</param>
    /// <param name="maxOwners">Maximum number of owners, those with the highest revenue first; 0 for none.</param>
    public static IReadOnlyList<MetricFamily> Create(L402Status status, int maxOwners)
    {
        var ranked = ExpiringItem.Rank(status.Expiring);
        var tokens = ranked.Where(static item => item.Kind == ExpiringKind.Token).ToArray();
        var all = new List<MetricFamily>
        {
            Gauge("status_timestamp_seconds", "When the status was read, Unix seconds.", One(Seconds(status.TakenAtMs))),
            Gauge("last_success_timestamp_seconds", "When a roll-out or a watch last ended with every gateway as desired, Unix seconds.", Optional(status.LastSuccessAtMs)),
            Gauge("values_not_known", "Number of values of the status that could not be read.", One(status.NotKnown.Count)),
            Gauge("findings", "Number of findings about the gateways, by code: growth, exposure, reconciling suspended.", status.Findings.GroupBy(static finding => finding.Code).Select(static group => Sample(group.Count(), ("code", group.Key)))),
            Gauge("gateway_drift", "1 for the state of the gateway, 0 for the others: in_sync, in_drift, undetermined.", status.Gateways.SelectMany(static gateway => States.Select(state => Sample(gateway.Drift == state, ("gateway", gateway.Gateway), ("state", EnumName.GetName(state)))))),
            Gauge("gateway_live_known", "1 if it is known which configuration the gateway serves, else 0.", status.Gateways.Select(static gateway => Sample(gateway.Live is not null, ("gateway", gateway.Gateway)))),
            Gauge("gateway_services", "Number of services of the gateway by state: selling, free, closed, left_alone.", status.Gateways.SelectMany(GetServices)),
            Gauge("gateway_challenges", "Number of challenges the gateway has made, by its root keys.", Growth(static growth => growth.Challenges)),
            Gauge("gateway_payments", "Number of challenges of the gateway that were paid.", Growth(static growth => growth.Payments)),
            Gauge("gateway_database_bytes", "Size of the database of the gateway, bytes.", Growth(static growth => growth.DatabaseBytes)),
            Gauge("gateway_start_seconds", "How long the last start of the gateway took, seconds.", Growth(static growth => growth.StartsMs.Count == 0 ? null : Seconds(growth.StartsMs[growth.StartsMs.Count - 1]))),
            Gauge("endpoint_live_known", "1 if it is known which configuration the endpoint serves, else 0.", status.Gateways.SelectMany(static gateway => gateway.Endpoints.Select(endpoint => Sample(endpoint.Live is not null, ("gateway", gateway.Gateway), ("endpoint", endpoint.Endpoint))))),
            Gauge("global_pause", "1 while a global pause is set, else 0.", status.Switches is null ? [] : One(status.Switches.Global.GlobalPause ? 1 : 0)),
            Gauge("global_pause_changed_timestamp_seconds", "When the global pause was last changed, Unix seconds.", Optional(status.Switches?.Global.UpdatedAtMs is { } at and > 0 ? at : null)),
            Gauge("owners_stopped", "Number of owners whose kill switch is on.", status.Switches is null ? [] : One(status.Switches.OwnerControls.Count(static owner => owner.KillSwitch))),
            Gauge("paywalls", "Number of paywalls by status: active, paused, archived.", (status.Paywalls ?? []).Select(static count => Sample(count.Count, ("status", EnumName.GetName(count.Status))))),
            Counter("settlements_total", "Number of settlements in the books.", status.Revenue is null ? [] : One(status.Revenue.Settled)),
            Counter("settled_msats_total", "Settled amount in the books, millisatoshis.", status.Revenue is null ? [] : One((double)status.Revenue.SettledMsats)),
            Gauge("settled_day_msats", "Amount settled in the last 24 hours, millisatoshis.", status.RevenueDay is null ? [] : One((double)status.RevenueDay.SettledMsats)),
            Gauge("pending_invoices", "Number of open invoices in the books.", status.Revenue is null ? [] : One(status.Revenue.Open)),
            Gauge("pending_msats", "Amount of the open invoices, millisatoshis.", status.Revenue is null ? [] : One((double)status.Revenue.OpenMsats)),
            Gauge("undelivered_msats", "Amount that was paid and that the service refuses, or may refuse, millisatoshis.", status.Revenue is null ? [] : One((double)status.Revenue.UndeliveredMsats)),
            Gauge("conversion_ratio", "Share of the challenges that were paid, 0 to 1.", status.Revenue?.Conversion is { } share ? One(share) : []),
            Gauge("budget_left_msats", "What is left of the rolling budget by window (hour, day), millisatoshis.", Budgets(status.HourLeftMsats, status.DayLeftMsats)),
            Gauge("budget_left_ratio", "Share of the rolling budget that is left by window (hour, day), 0 to 1.", Budgets(Ratio(status.HourLeftMsats, status.Spending?.HourlyBudget), Ratio(status.DayLeftMsats, status.Spending?.DailyBudget))),
            Gauge("credential_age_seconds", "Time since the last rotation of an operator credential, seconds.", (status.Credentials ?? []).Select(static credential => Sample(credential.AgeSeconds, ("role", credential.Role), ("status", credential.Status)))),
            Gauge("expiry_timestamp_seconds", "When a certificate, macaroon or token expires, Unix seconds.", ranked.Where(static item => item.Kind != ExpiringKind.Token).Concat(tokens.Take(MaxTokens)).GroupBy(static item => (item.Kind, item.Name)).Select(static group => Sample(Seconds(group.Min(static item => item.ExpiresAtMs)), ("kind", EnumName.GetName(group.Key.Kind)), ("name", group.Key.Name)))),
            Gauge("tokens_left_out", "Number of tokens beyond the first 50 to expire, which have no sample.", status.Expiring.Count == 0 ? [] : One(Math.Max(0, tokens.Length - MaxTokens))),
            Gauge("smoke_ok", "1 if every check of the newest run passed, else 0.", status.Smokes.GroupBy(static smoke => smoke.Name).Select(static group => Sample(group.All(static smoke => smoke.Ok == true), ("smoke", group.Key)))),
            Gauge("smoke_timestamp_seconds", "When the newest run of a smoke ended, Unix seconds.", status.Smokes.GroupBy(static smoke => smoke.Name).Select(static group => Sample(Seconds(group.Max(static smoke => smoke.FinishedAtMs)), ("smoke", group.Key)))),
        };
        if (status.Watch is { } watch)
        {
            all.Add(Gauge("watch_running", "1 while the watch runs, 0 after it was stopped.", One(watch.State == WatchState.Stopped ? 0 : 1)));
            all.Add(Gauge("watch_interval_seconds", "Period of the watch, seconds.", One(watch.IntervalSeconds)));
            all.Add(Counter("watch_passes_total", "Number of passes of the watch since it began.", One(watch.Passes)));
            all.Add(Gauge("watch_failures_in_a_row", "Number of passes that failed since the last that succeeded.", One(watch.FailuresInARow)));
            all.Add(Gauge("watch_last_pass_timestamp_seconds", "When the last pass of the watch ended, Unix seconds.", Optional(watch.LastPassAtMs)));
            all.Add(Gauge("watch_last_success_timestamp_seconds", "When a pass of the watch last ended with every gateway as desired, Unix seconds.", Optional(watch.LastSuccessAtMs)));
            all.Add(Gauge("watch_last_closed_timestamp_seconds", "When a pass of the watch last found nothing denied open on any gateway, Unix seconds.", Optional(watch.LastClosedAtMs)));
        }

        if (maxOwners > 0 && status.Owners is { } owners)
        {
            var shown = owners.Where(static owner => owner.OwnerId is not null).OrderByDescending(static owner => owner.SettledMsats).ThenBy(static owner => owner.OwnerId, StringComparer.Ordinal).ToArray();
            all.Add(Counter("owner_settled_msats_total", "Settled amount of an owner in the books, millisatoshis.", shown.Take(maxOwners).Select(static owner => Sample((double)owner.SettledMsats, ("owner", owner.OwnerId!)))));
            all.Add(Gauge("owners_left_out", "Number of owners beyond the limit, which have no sample.", One(Math.Max(0, shown.Length - maxOwners))));
        }

        return all.Where(static family => family.Samples.Count > 0).ToArray();

        IEnumerable<MetricSample> Growth(Func<GatewayGrowth, double?> read) =>
            status.Gateways.Where(static gateway => gateway.Growth is not null).Select(gateway => (gateway.Gateway, Value: read(gateway.Growth!))).Where(static one => one.Value is not null).Select(static one => Sample(one.Value!.Value, ("gateway", one.Gateway)));
    }

    private static DriftStatus[] States { get; } = [DriftStatus.InSync, DriftStatus.InDrift, DriftStatus.Undetermined];

    private static MetricFamily Gauge(string name, string help, IEnumerable<MetricSample> samples) => new("lightningops_" + name, help, IsCounter: false, samples.ToArray());

    private static MetricFamily Counter(string name, string help, IEnumerable<MetricSample> samples) => new("lightningops_" + name, help, IsCounter: true, samples.ToArray());

    private static IEnumerable<MetricSample> GetServices(GatewayStatus gateway)
    {
        foreach (var (state, count) in new[] { ("selling", gateway.Selling), ("free", gateway.Free), ("closed", gateway.Closed), ("failing", gateway.Failing), ("left_alone", gateway.LeftAlone) })
        {
            if (count is { } known)
            {
                yield return Sample(known, ("gateway", gateway.Gateway), ("state", state));
            }
        }
    }

    private static IEnumerable<MetricSample> Budgets(decimal? hour, decimal? day)
    {
        foreach (var (window, left) in new[] { ("hour", hour), ("day", day) })
        {
            if (left is { } known)
            {
                yield return Sample((double)known, ("window", window));
            }
        }
    }

    private static decimal? Ratio(decimal? left, Msats? budget) => left is { } known && budget is { Value: > 0 } limit ? known / limit.Value : null;

    private static IEnumerable<MetricSample> One(double value) => [new MetricSample([], value)];

    private static IEnumerable<MetricSample> Optional(long? atMs) => atMs is { } known ? One(Seconds(known)) : [];

    private static double Seconds(long ms) => ms / 1000d;

    private static MetricSample Sample(bool value, params (string Name, string Value)[] labels) => Sample(value ? 1 : 0, labels);

    private static MetricSample Sample(double value, params (string Name, string Value)[] labels) =>
        new(labels.Select(static label => new KeyValuePair<string, string>(label.Name, label.Value)).ToArray(), value);
}
