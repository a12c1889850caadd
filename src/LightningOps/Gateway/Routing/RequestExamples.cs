using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile.Aperture;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Gateway.Routing;

/// <summary>
/// Finds requests that show the changes of a roll-out, and answers each with the tables of Resolve-L402Route and
/// Measure-L402AccessLog. It is bounded by counted steps, so that equal lists give equal requests. Not thread-safe.
/// </summary>
internal sealed class RequestExamples
{
    private const int MaxServices = 100;
    private const int MaxPerService = 3;
    private const int MaxTries = 20;
    private const int MaxOthers = 200;
    private const int MaxMeeting = 4;
    private const long Units = 20_000_000;
    private const string AnyHost = "localhost";
    private static readonly RegularLanguage Rooted = RegularLanguage.Prefix("/");
    private readonly AnalysisBudget budget = new(Units);
    private readonly IReadOnlyList<GatewayService>? before;
    private readonly IReadOnlyList<GatewayService> after;
    private readonly Dictionary<string, int> placesBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> placesAfter = new(StringComparer.Ordinal);
    private RouteTable? served;
    private RouteTable? planned;
    private IReadOnlyList<ServiceChange>? asked;
    private IReadOnlyList<PlannedRequest> found = [];

    /// <param name="before">Services before the roll-out, in match order; null if unknown.</param>
    /// <param name="after">Services after it, in match order.</param>
    public RequestExamples(IReadOnlyList<GatewayService>? before, IReadOnlyList<GatewayService> after)
    {
        this.before = before;
        this.after = after;
    }

    /// <summary>Services before the roll-out; null if unknown.</summary>
    public IReadOnlyList<GatewayService>? Before => before;

    /// <summary>Services after it.</summary>
    public IReadOnlyList<GatewayService> After => after;

    /// <summary>The live services as a table; null if unknown.</summary>
    public RouteTable? Served => before is null ? null : served ??= RouteTable.FromServices(before);

    /// <summary>The planned services as a table.</summary>
    public RouteTable Planned => planned ??= RouteTable.FromServices(after);

    /// <summary>
    /// A few requests for each changed service, in the order of the changes; those with another answer come first.
    /// For at most 100 services.
    /// </summary>
    public IReadOnlyList<PlannedRequest> Find(IReadOnlyList<ServiceChange> changes)
    {
        if (!ReferenceEquals(asked, changes))
        {
            FindPlaces();
            asked = changes;
            found = changes.Select(static change => change.Name).Distinct(StringComparer.Ordinal).Take(MaxServices).SelectMany(FindRequests).ToArray();
        }

        return found;
    }

    /// <summary>A service before the roll-out; null where there is none, or it is not known.</summary>
    /// <param name="name">Its name.</param>
    public GatewayService? FindBefore(string name)
    {
        FindPlaces();
        return before is not null && placesBefore.TryGetValue(name, out var place) ? before[place] : null;
    }

    /// <summary>A service after the roll-out; null where there is none.</summary>
    /// <param name="name">Its name.</param>
    public GatewayService? FindAfter(string name)
    {
        FindPlaces();
        return placesAfter.TryGetValue(name, out var place) ? after[place] : null;
    }

    /// <summary>Whether no request that a service matches afterwards was matched by it before; false where that is not known.</summary>
    /// <param name="name">Name of the service.</param>
    public bool AreDisjoint(string name)
    {
        FindPlaces();
        return Served is { } table && placesBefore.TryGetValue(name, out var old) && placesAfter.TryGetValue(name, out var now)
            && table.Matcher.Patterns[old] is { IsAnalyzed: true } then && Planned.Matcher.Patterns[now] is { IsAnalyzed: true } next
            && (then.Host.Language.Relate(next.Host.Language, budget) == Relation.Disjoint || then.Path.Language.Relate(next.Path.Language, budget) == Relation.Disjoint);
    }

    /// <summary>The answers to a URL; null where a client cannot send it.</summary>
    /// <param name="service">The changed service that it is an example for.</param>
    /// <param name="uri">The URL.</param>
    /// <param name="isReal">Whether a client sent it.</param>
    public PlannedRequest? Answer(string service, string uri, bool isReal)
    {
        RoutedRequest? request;
        try
        {
            request = RoutedRequest.FromUrl(uri);
        }
        catch (ConfigException)
        {
            return null;
        }

        return request is null ? null : new PlannedRequest
        {
            Service = service,
            Uri = uri,
            IsReal = isReal,
            Before = Served is { } table ? Answer(table, request) : null,
            After = Answer(Planned, request),
        };
    }

    private static RequestAnswer Answer(RouteTable table, RoutedRequest request)
    {
        var (outcome, place) = table.Find(request, "GET");
        return new RequestAnswer(outcome, place < 0 ? null : table.Services[place].Name, table.GetPrice(outcome, place)) { FreeRequests = table.GetFreeRequests(outcome, place) };
    }

    private void FindPlaces()
    {
        if (placesAfter.Count == 0)
        {
            AddPlaces(before ?? [], placesBefore);
            AddPlaces(after, placesAfter);
        }
    }

    private static void AddPlaces(IReadOnlyList<GatewayService> services, Dictionary<string, int> places)
    {
        for (var place = services.Count - 1; place >= 0; place--)
        {
            places[services[place].Name] = place;
        }
    }

    private PlannedRequest[] FindRequests(string name)
    {
        var answers = new List<PlannedRequest>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (host, path) in GetCandidates(name))
        {
            var uri = "https://" + Improve(host, path) + PathEncoding.Encode(path);
            if (seen.Add(uri) && Answer(name, uri, isReal: false) is { } answer)
            {
                answers.Add(answer);
            }
        }

        // If no request changes, one example says so.
        var changing = answers.Where(static answer => answer.Changes).Take(MaxPerService).ToArray();
        return changing.Length > 0 ? changing : answers.Take(1).ToArray();
    }

    // Another host is an example of the same only if the same services take it.
    private string Improve(string host, string path)
    {
        var place = Planned.Matcher.Find(host, path);
        var old = Served?.Matcher.Find(host, path);
        var language = place >= 0 ? Planned.Matcher.Patterns[place]?.Host.Language : old >= 0 ? Served!.Matcher.Patterns[old.Value]?.Host.Language : null;
        return language is null || language.TryGetHost(out _) || language.TryGetLiteral(out _) ? host : HostExample.Improve(host, text => language.Matches(text) && Planned.Matcher.Find(text, path) == place && Served?.Matcher.Find(text, path) == old);
    }

    private IEnumerable<(string Host, string Path)> GetCandidates(string name)
    {
        var old = Served is not null && placesBefore.TryGetValue(name, out var oldPlace) ? oldPlace : -1;
        var now = placesAfter.TryGetValue(name, out var newPlace) ? newPlace : -1;
        var candidates = new List<(string Host, string Path)?>
        {
            now < 0 ? null : Reach(Planned, now),
            old < 0 ? null : Reach(Served!, old),
        };
        if (old >= 0 && now >= 0)
        {
            candidates.Add(FindOutside(Planned.Matcher.Patterns[now], Served!.Matcher.Patterns[old]));
            candidates.Add(FindOutside(Served.Matcher.Patterns[old], Planned.Matcher.Patterns[now]));
            candidates.AddRange(FindOtherPaths(Planned, now, Served, old));
            candidates.AddRange(FindOtherPaths(Served, old, Planned, now));
        }

        // Requests it takes from others, and requests it leaves to them.
        candidates.AddRange(now < 0 ? [] : FindMeeting(Planned, now));
        candidates.AddRange(old < 0 ? [] : FindMeeting(Served!, old));
        return candidates.OfType<(string Host, string Path)>();
    }

    /// <summary>A request that reaches a service. Earlier services in its way are excluded one by one.</summary>
    private (string Host, string Path)? Reach(RouteTable table, int place)
    {
        if (table.Matcher.Patterns[place] is not { IsAnalyzed: true } pattern || FindHost(pattern.Host.Language) is not { } host)
        {
            return null;
        }

        var paths = GetPaths(pattern);
        var inTheWay = new List<RegularLanguage>();
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var path = tries == 0 && paths.TryGetLiteral(out var known) ? known : paths.FindOutside(inTheWay, budget, out _);
            if (path is null)
            {
                return null;
            }

            var taker = table.Matcher.Find(host, path);
            if (taker == place)
            {
                return (host, path);
            }

            if (taker < 0)
            {
                return null;
            }

            inTheWay.Add(table.Matcher.Patterns[taker].Path.Language);
        }

        return null;
    }

    /// <summary>A request of a pattern that another pattern of the same service does not match.</summary>
    private (string Host, string Path)? FindOutside(RequestPattern pattern, RequestPattern other)
    {
        if (!pattern.IsAnalyzed || !other.IsAnalyzed)
        {
            return null;
        }

        if (GetPaths(pattern).FindOutside([other.Path.Language], budget, out _) is { } path && FindHost(pattern.Host.Language) is { } host)
        {
            return (host, path);
        }

        return pattern.Host.Language.FindOutside([other.Host.Language], budget, out _) is { Length: > 0 } another && GetPaths(pattern).FindOutside([], budget, out _) is { } any
            ? (another, any)
            : null;
    }

    /// <summary>Requests that both a service and one of others match.</summary>
    private List<(string Host, string Path)?> FindMeeting(RouteTable table, int place)
    {
        var meeting = new List<(string Host, string Path)?>();
        var pattern = table.Matcher.Patterns[place];
        if (!pattern.IsAnalyzed)
        {
            return meeting;
        }

        foreach (var other in Enumerable.Range(place + 1, Math.Min(MaxOthers, table.Services.Count - place - 1)).Concat(Enumerable.Range(Math.Max(0, place - MaxOthers), Math.Min(MaxOthers, place))))
        {
            if (table.Matcher.Patterns[other] is { IsAnalyzed: true } others
                && pattern.Host.Language.FindCommon(others.Host.Language, budget) is { } common && (common.Length > 0 ? common : FindHost(pattern.Host.Language)) is { } host
                && GetPaths(pattern).FindCommon(others.Path.Language, budget) is { } path)
            {
                meeting.Add((host, path));
                if (meeting.Count == MaxMeeting)
                {
                    break;
                }
            }
        }

        return meeting;
    }

    /// <summary>Requests that are free, or for which no invoice is made, in one of two tables and not in the other.</summary>
    private IEnumerable<(string Host, string Path)?> FindOtherPaths(RouteTable table, int place, RouteTable other, int otherPlace)
    {
        var pattern = table.Matcher.Patterns[place];
        if (!pattern.IsAnalyzed)
        {
            yield break;
        }

        var known = new HashSet<(string Member, string Text)>(other.GetService(otherPlace).OtherPaths);
        foreach (var (_, text) in table.GetService(place).OtherPaths.Where(path => !known.Contains(path)).Take(MaxMeeting))
        {
            if (Re2Expression.TryParse(text, out var expression, out _) && FindHost(pattern.Host.Language) is { } host
                && GetPaths(pattern).FindCommon(RegularLanguage.FromExpression(expression), budget) is { } path)
            {
                yield return (host, path);
            }
        }
    }

    private string? FindHost(RegularLanguage language)
    {
        var host = language.TryGetHost(out var known) || language.TryGetLiteral(out known) ? known : language.FindOutside([], budget, out _);
        return host is { Length: > 0 } ? host : language.Matches(AnyHost) ? AnyHost : null;
    }

    // A path begins with a slash, even if the expression does not say so.
    private RegularLanguage GetPaths(RequestPattern pattern) =>
        pattern.Path.Language.LiteralPrefix.StartsWith("/", StringComparison.Ordinal) ? pattern.Path.Language : pattern.Path.Language.Intersect(Rooted, budget);
}
