using System.Collections.Generic;
using System.Threading;
using LightningOps.ApertureYaml;
using LightningOps.Compile.Aperture;
using LightningOps.Re2;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Finds services that share a request. The order of services without a common request does not matter. A service
/// that cannot be analyzed may share requests with every other.
/// </summary>
internal sealed class ServiceOverlaps
{
    private const long BudgetBase = 200_000_000;
    private const long BudgetPerMatch = 2_000;
    private const int PairsBase = 1_000_000;
    private const int PairsPerMatch = 8;
    private readonly Dictionary<(string Host, string Path), int> matches = new();
    private readonly List<List<int>> meeting = new();
    private readonly List<int> opaque = new();

    private ServiceOverlaps()
    {
    }

    /// <summary>Whether the analysis exceeded its bounds, so that every service counts as meeting every other.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Number of different pairs of host and path; they are numbered from 0.</summary>
    public int Count => meeting.Count;

    public static ServiceOverlaps Compute(IEnumerable<GatewayService> services, CancellationToken cancellationToken = default)
    {
        var overlaps = new ServiceOverlaps();
        foreach (var service in services)
        {
            overlaps.Add(service);
        }

        overlaps.Analyze(cancellationToken);
        return overlaps;
    }

    /// <summary>The number of the service's host and path.</summary>
    public int GetMatch(GatewayService service) => matches[(service.HostRegexp, service.PathRegexp)];

    /// <summary>Every match that shares requests with this one, including itself.</summary>
    public IEnumerable<int> GetOverlapping(int match)
    {
        if (IsUnknown || opaque.BinarySearch(match) >= 0)
        {
            for (var other = 0; other < Count; other++)
            {
                yield return other;
            }

            yield break;
        }

        yield return match;
        foreach (var other in meeting[match])
        {
            yield return other;
        }

        foreach (var other in opaque)
        {
            yield return other;
        }
    }

    private void Add(GatewayService service)
    {
        var match = (service.HostRegexp, service.PathRegexp);
        if (!matches.ContainsKey(match))
        {
            matches.Add(match, meeting.Count);
            meeting.Add(new List<int>(0));
        }
    }

    private void Analyze(CancellationToken cancellationToken)
    {
        var budget = new AnalysisBudget(BudgetBase + (BudgetPerMatch * Count));
        var patterns = new ServicePatterns(budget);
        var requests = new RequestPattern[Count];
        foreach (var match in matches)
        {
            var request = patterns.Read(match.Key.Host, match.Key.Path);
            requests[match.Value] = request;
            if (request.Host.Error is not null || request.Path.Error is not null)
            {
                opaque.Add(match.Value);
            }
        }

        opaque.Sort();
        var pairs = RulePairs.Find(requests, budget, PairsBase + (PairsPerMatch * Count), cancellationToken);
        IsUnknown = pairs.IsIncomplete || budget.Exhausted;
        foreach (var pair in pairs.Found)
        {
            meeting[pair.First].Add(pair.Second);
            meeting[pair.Second].Add(pair.First);
        }
    }
}
