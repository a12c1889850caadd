using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway.Routing;
using LightningOps.Re2;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>
/// Aperture tries services one after the other (docs/reference/aperture.md#matching-at-run-time), so a service with
/// many requests is found sooner at an earlier place. It may move past services that share no request with it.
/// </summary>
internal sealed class OrderAdviser
{
    private const int MaxAdvice = 10;
    private const long Budget = 20_000_000;

    // Smaller gains are not worth an operator's time.
    private const double LeastShare = 0.01;
    private readonly RouteTable table;
    private readonly long[] hits;

    /// <param name="table">The services.</param>
    /// <param name="hits">Number of requests per service.</param>
    public OrderAdviser(RouteTable table, long[] hits)
    {
        this.table = table;
        this.hits = hits;
    }

    /// <summary>The services that gain most from an earlier place.</summary>
    public IReadOnlyList<OrderAdvice> GetAdvice()
    {
        var all = hits.Select(static (count, place) => (double)count * (place + 1)).Sum();
        if (all == 0)
        {
            return [];
        }

        var budget = new AnalysisBudget(Budget);
        return Enumerable.Range(0, hits.Length)
            .Where(place => hits[place] * (double)place / all >= LeastShare)
            .OrderByDescending(place => hits[place] * (double)place)
            .Take(MaxAdvice)
            .Select(place => (Place: place, Earliest: FindEarliest(place, budget)))
            .Where(move => hits[move.Place] * (double)(move.Place - move.Earliest) / all >= LeastShare)
            .Select(move => new OrderAdvice
            {
                Service = table.Services[move.Place].Name,
                Place = move.Place + 1,
                EarliestPlace = move.Earliest + 1,
                Requests = hits[move.Place],
                SavedShare = hits[move.Place] * (double)(move.Place - move.Earliest) / all,
            })
            .ToArray();
    }

    private int FindEarliest(int place, AnalysisBudget budget)
    {
        var patterns = table.Matcher.Patterns;
        var earliest = place;
        while (earliest > 0 && SharesNothing(patterns[place], patterns[earliest - 1], budget))
        {
            earliest--;
        }

        return earliest;
    }

    private static bool SharesNothing(RequestPattern one, RequestPattern other, AnalysisBudget budget) =>
        one.Host.IsReadable && one.Path.IsReadable && other.Host.IsReadable && other.Path.IsReadable
        && (one.Host.Language.Relate(other.Host.Language, budget) == Relation.Disjoint || one.Path.Language.Relate(other.Path.Language, budget) == Relation.Disjoint);
}
