using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Gateway;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.Routing;

namespace LightningOps.Reconcile;

/// <summary>Numbers of logged requests that a roll-out changes, and their prices if each were bought separately.</summary>
public sealed record PlannedTraffic
{
    /// <summary>Requests of the log.</summary>
    public required long Requests { get; init; }

    /// <summary>Lines that cannot be read; they are not counted.</summary>
    public long Unreadable { get; init; }

    /// <summary>Requests that are sold afterwards and were not.</summary>
    public long NewlyPriced { get; init; }

    /// <summary>Requests that are free afterwards and were not.</summary>
    public long NewlyFree { get; init; }

    /// <summary>Requests without a service afterwards that had one.</summary>
    public long Lost { get; init; }

    /// <summary>Requests at a higher price.</summary>
    public long Dearer { get; init; }

    /// <summary>Requests at a lower price.</summary>
    public long Cheaper { get; init; }

    /// <summary>Requests at the same price from another service.</summary>
    public long OtherService { get; init; }

    /// <summary>Requests with an unknown outcome.</summary>
    public long NotKnown { get; init; }

    /// <summary>Satoshis at the prices before, if each request were bought separately.</summary>
    public decimal SatsBeforeIfBoughtAnew { get; init; }

    /// <summary>Satoshis at the prices after, if each request were bought separately.</summary>
    public decimal SatsAfterIfBoughtAnew { get; init; }

    /// <summary>The figures on one line.</summary>
    public override string ToString() =>
        string.Format(
            CultureInfo.InvariantCulture,
            "access log, {0} requests: {1} newly priced, {2} newly free, {3} lost, {4} more expensive, {5} cheaper, {6} at another service, {7} not known; bought one by one they cost {8} sat before, {9} sat after",
            Requests,
            NewlyPriced,
            NewlyFree,
            Lost,
            Dearer,
            Cheaper,
            OtherService,
            NotKnown,
            SatsBeforeIfBoughtAnew,
            SatsAfterIfBoughtAnew);

    internal static PlannedTraffic Create(AccessLogMeasurement log) => new()
    {
        Requests = log.Requests,
        Unreadable = log.Unreadable,
        NewlyPriced = log.NewlyPriced,
        NewlyFree = log.NewlyFree,
        Lost = log.Lost,
        Dearer = log.Dearer,
        Cheaper = log.Cheaper,
        OtherService = log.OtherService,
        NotKnown = log.NotKnown,
        SatsBeforeIfBoughtAnew = log.ServedSatsIfBoughtAnew,
        SatsAfterIfBoughtAnew = log.PlannedSatsIfBoughtAnew,
    };
}

/// <summary>The requests of each changed service: those of an access log first, then derived ones.</summary>
internal sealed class PlannedRequests
{
    private const int MaxPerService = 3;
    private readonly Dictionary<string, List<PlannedRequest>> byService = new(StringComparer.Ordinal);

    public PlannedRequests(RolloutPlan plan, AccessLogMeasurement? log)
    {
        if (plan.Examples is { } examples && log is not null)
        {
            AddReal(plan, examples, log);
        }

        foreach (var request in plan.Requests)
        {
            Add(request);
        }
    }

    /// <summary>The requests of a service, returned once; null for none.</summary>
    public IReadOnlyList<PlannedRequest>? Take(string service)
    {
        var found = byService.TryGetValue(service, out var requests) ? requests : null;
        byService.Remove(service);
        return found;
    }

    private void AddReal(RolloutPlan plan, RequestExamples examples, AccessLogMeasurement log)
    {
        var changed = new HashSet<string>(plan.Changes.Select(static change => change.Name), StringComparer.Ordinal);
        foreach (var change in log.Changes)
        {
            foreach (var service in new[] { change.PlannedService, change.ServedService }.OfType<string>().Where(changed.Contains).Distinct(StringComparer.Ordinal))
            {
                // GET host/path, without the query.
                foreach (var example in change.Examples.Select(static example => example.Substring(example.IndexOf(' ') + 1)))
                {
                    if (examples.Answer(service, "https://" + example, isReal: true) is { } request)
                    {
                        Add(request);
                    }
                }
            }
        }
    }

    private void Add(PlannedRequest request)
    {
        if (!byService.TryGetValue(request.Service, out var requests))
        {
            byService.Add(request.Service, requests = new List<PlannedRequest>());
        }

        if (requests.Count < MaxPerService && requests.TrueForAll(known => known.Uri != request.Uri))
        {
            requests.Add(request);
        }
    }
}
