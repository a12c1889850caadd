using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Counts the requests of a log by their outcome under two configurations. Not thread-safe.</summary>
internal sealed class AccessLogMeter
{
    private const int MaxRemembered = 200_000;

    // Longer targets are rare, and 200,000 of them would take gigabytes.
    private const int MaxRememberedLength = 512;
    private const int MaxExampleLength = 2_000;
    private const int MaxChanges = 1_000;
    private const int MaxExamples = 3;

    // Further kinds of changes are counted only in the totals.
    private const int MaxTallies = 100_000;
    private readonly RouteTable served;
    private readonly RouteTable planned;
    private readonly Dictionary<(string Host, string Target, bool IsPreflight), Tally> remembered = new();
    private readonly Dictionary<(AccessLogChangeKind Kind, int Served, int Planned, long? ServedPrice, long? PlannedPrice), Tally> tallies = new();
    private readonly long[] totals = new long[Enum.GetValues(typeof(AccessLogChangeKind)).Length];
    private readonly long[] hits;
    private decimal servedSats;
    private decimal plannedSats;

    /// <param name="served">The live configuration.</param>
    /// <param name="planned">The configuration to compare with.</param>
    public AccessLogMeter(RouteTable served, RouteTable planned)
    {
        this.served = served;
        this.planned = planned;
        hits = new long[planned.Services.Count];
    }

    /// <summary>Requests counted.</summary>
    public long Requests { get; private set; }

    /// <summary>Counts a request.</summary>
    public void Add(LoggedRequest request)
    {
        Requests++;
        var question = request.Target.IndexOf('?');
        var target = question < 0 ? request.Target : request.Target.Substring(0, question);
        var tally = request.Host.Length + target.Length > MaxRememberedLength ? FindTally(request, target) : Recall(request, target);
        tally.Requests++;
        totals[(int)tally.Kind]++;
        servedSats += tally.ServedPrice ?? 0;
        plannedSats += tally.PlannedPrice ?? 0;
        if (tally.Planned >= 0)
        {
            hits[tally.Planned]++;
        }
    }

    /// <summary>The numbers so far.</summary>
    public AccessLogMeasurement GetMeasurement(IReadOnlyList<string> files, AccessLogFormat format, long lines, long unreadable) => new()
    {
        Files = files,
        Format = format,
        Lines = lines,
        Requests = Requests,
        Unreadable = unreadable,
        Unchanged = Get(AccessLogChangeKind.Unchanged),
        NewlyPriced = Get(AccessLogChangeKind.NewlyPriced),
        NewlyFree = Get(AccessLogChangeKind.NewlyFree),
        Lost = Get(AccessLogChangeKind.Lost),
        Dearer = Get(AccessLogChangeKind.Dearer),
        Cheaper = Get(AccessLogChangeKind.Cheaper),
        OtherService = Get(AccessLogChangeKind.OtherService),
        NotKnown = Get(AccessLogChangeKind.NotKnown),
        ServedSatsIfBoughtAnew = servedSats,
        PlannedSatsIfBoughtAnew = plannedSats,
        Changes = tallies.Values
            .Where(static tally => tally.Kind != AccessLogChangeKind.Unchanged)
            .OrderByDescending(static tally => tally.Requests).ThenBy(static tally => tally.Kind).ThenBy(static tally => tally.Planned).ThenBy(static tally => tally.Served)
            .Take(MaxChanges)
            .Select(CreateChange)
            .ToArray(),
        FasterOrder = new OrderAdviser(planned, hits).GetAdvice(),
    };

    private Tally Recall(LoggedRequest request, string target)
    {
        var key = (request.Host, target, request.Method == "OPTIONS");
        if (!remembered.TryGetValue(key, out var tally))
        {
            if (remembered.Count >= MaxRemembered)
            {
                remembered.Clear();
            }

            remembered.Add(key, tally = FindTally(request, target));
        }

        return tally;
    }

    private long Get(AccessLogChangeKind kind) => totals[(int)kind];

    private Tally FindTally(LoggedRequest request, string target)
    {
        var routed = RoutedRequest.FromTarget(request.Host, target);
        var (servedOutcome, servedPlace) = served.Find(routed, request.Method);
        var (plannedOutcome, plannedPlace) = planned.Find(routed, request.Method);
        var servedPrice = served.GetPrice(servedOutcome, servedPlace);
        var plannedPrice = planned.GetPrice(plannedOutcome, plannedPlace);
        var kind = GetKind((servedOutcome, servedPlace, servedPrice), (plannedOutcome, plannedPlace, plannedPrice));
        var key = (kind, servedPlace, plannedPlace, servedPrice, plannedPrice);
        if (!tallies.TryGetValue(key, out var tally))
        {
            tally = new Tally(kind, servedPlace, plannedPlace, servedPrice, plannedPrice);
            if (tallies.Count < MaxTallies)
            {
                tallies.Add(key, tally);
            }
        }

        if (kind != AccessLogChangeKind.Unchanged && tally.Examples.Count < MaxExamples && CreateExample(request, target) is { Length: <= MaxExampleLength } example && !tally.Examples.Contains(example))
        {
            tally.Examples.Add(example);
        }

        return tally;
    }

    // Method, host and path. A target may be a whole URL; the target "*" has no path.
    private static string? CreateExample(LoggedRequest request, string target) =>
        target.StartsWith("/", StringComparison.Ordinal) ? request.Method + " " + request.Host + target
        : target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? request.Method + " " + target.Substring(scheme + 3)
        : null;

    private AccessLogChangeKind GetKind((RouteOutcome Outcome, int Place, long? Price) before, (RouteOutcome Outcome, int Place, long? Price) after)
    {
        if (before.Outcome == RouteOutcome.NotKnown || after.Outcome == RouteOutcome.NotKnown)
        {
            return AccessLogChangeKind.NotKnown;
        }

        // Whether a request is answered is known, also where a price server sets its price.
        var isSold = after.Outcome == RouteOutcome.Sold;
        var wasSold = before.Outcome == RouteOutcome.Sold;
        var isAnswered = isSold || after.Outcome == RouteOutcome.Free;
        var wasAnswered = wasSold || before.Outcome == RouteOutcome.Free;
        if (!isAnswered)
        {
            return wasAnswered ? AccessLogChangeKind.Lost : AccessLogChangeKind.Unchanged;
        }

        if (isSold != wasSold || !wasAnswered)
        {
            return isSold ? AccessLogChangeKind.NewlyPriced : AccessLogChangeKind.NewlyFree;
        }

        if (before.Price is null || after.Price is null)
        {
            return AccessLogChangeKind.NotKnown;
        }

        return after.Price > before.Price ? AccessLogChangeKind.Dearer
            : after.Price < before.Price ? AccessLogChangeKind.Cheaper
            : isSold && served.Services[before.Place].Name != planned.Services[after.Place].Name ? AccessLogChangeKind.OtherService
            : AccessLogChangeKind.Unchanged;
    }

    private AccessLogChange CreateChange(Tally tally) => new()
    {
        Kind = tally.Kind,
        Requests = tally.Requests,
        ServedService = tally.Served < 0 ? null : served.Services[tally.Served].Name,
        ServedPriceSats = tally.ServedPrice,
        PlannedService = tally.Planned < 0 ? null : planned.Services[tally.Planned].Name,
        PlannedPriceSats = tally.PlannedPrice,
        Examples = tally.Examples,
    };

    private sealed class Tally(AccessLogChangeKind kind, int served, int planned, long? servedPrice, long? plannedPrice)
    {
        public AccessLogChangeKind Kind { get; } = kind;

        public int Served { get; } = served;

        public int Planned { get; } = planned;

        public long? ServedPrice { get; } = servedPrice;

        public long? PlannedPrice { get; } = plannedPrice;

        public long Requests { get; set; }

        public List<string> Examples { get; } = new();
    }
}
