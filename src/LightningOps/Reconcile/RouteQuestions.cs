using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>Probes the routes of a gateway: the price of those that sell, and whether denied ones are closed.</summary>
internal sealed class RouteQuestions
{
    private readonly IRouteProbes? probes;
    private readonly int limit;

    /// <param name="gateway">The gateway.</param>
    /// <param name="limit">Maximum number of probes of each kind.</param>
    public RouteQuestions(IGateway gateway, int limit)
    {
        this.limit = limit;
        probes = gateway is IRouteProbes { CanAsk: true } able ? able : null;
    }

    /// <summary>Whether there is an address for requests.</summary>
    public bool CanAsk => probes is not null;

    /// <summary>Names of services that were not probed: beyond the limit, or without a known request.</summary>
    public List<string> NotAsked { get; } = [];

    /// <summary>Names of probed services that must be closed and are not, with the answer.</summary>
    public List<string> NotClosed { get; } = [];

    /// <summary>Names of services that must be closed and gave no answer, with the reason.</summary>
    public List<string> NotKnown { get; } = [];

    /// <summary>Probes the price of rules, the most expensive first.</summary>
    /// <param name="rules">All rules, in match order.</param>
    /// <param name="asked">The rules to probe; closed ones are left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The first with another price than its rule; null when there is none.</returns>
    public async Task<ProbeResult?> AskPricesAsync(IReadOnlyList<CompiledRule> rules, IEnumerable<CompiledRule> asked, CancellationToken cancellationToken)
    {
        var dearest = asked.Where(rule => !rule.IsClosed).OrderByDescending(rule => rule.PriceSats).ToArray();
        NotAsked.AddRange(dearest.Skip(limit).Select(rule => rule.ServiceName));
        foreach (var (rule, route) in ProbeRouteFinder.FindAll(rules, dearest.Take(limit).ToArray()))
        {
            if (route is null)
            {
                NotAsked.Add(rule.ServiceName);
            }
            else if (await probes!.AskPriceAsync(route, cancellationToken).ConfigureAwait(false) is { Outcome: ProbeOutcome.Failed } failed)
            {
                return ProbeResult.Failed(rule.ServiceName + ": " + failed.Reason, failed.StatusCode);
            }
        }

        return null;
    }

    /// <summary>Probes the prices of services, the most expensive first.</summary>
    /// <param name="services">All services, in match order.</param>
    /// <param name="asked">The services to probe.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer of each probed service.</returns>
    public async Task<IReadOnlyList<(GatewayService Service, ProbeResult Answer)>> AskPricesAsync(IReadOnlyList<GatewayService> services, IEnumerable<GatewayService> asked, CancellationToken cancellationToken)
    {
        var answers = new List<(GatewayService, ProbeResult)>();
        foreach (var (service, host, path) in ProbeRouteFinder.FindRequests(services, asked.OrderByDescending(static service => service.EffectivePrice).Take(limit).ToArray()))
        {
            if (host is not null && path is not null)
            {
                answers.Add((service, await probes!.AskPriceAsync(new ProbeRoute(CreateRule(service), host, path), cancellationToken).ConfigureAwait(false)));
            }
        }

        return answers;
    }

    private static CompiledRule CreateRule(GatewayService service) => new()
    {
        RuleId = service.Name,
        PaywallId = string.Empty,
        OwnerId = string.Empty,
        RouteId = string.Empty,
        ServiceName = service.Name,
        Host = service.HostRegexp,
        Path = service.PathRegexp,
        HostRegexp = service.HostRegexp,
        PathRegexp = service.PathRegexp,
        UpstreamUrl = service.Address,
        Protocol = RouteProtocol.Http,
        TimeoutMs = 0,
        Priority = 0,
        AmountMsats = new Msats(service.EffectivePrice * Msats.PerSatoshi),
    };

    /// <summary>Probes whether services are closed, the most expensive first.</summary>
    /// <param name="services">All services, in match order.</param>
    /// <param name="closed">Those that must be closed, with their former prices.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AskClosedAsync(IReadOnlyList<GatewayService> services, IReadOnlyCollection<(GatewayService Service, long Price)> closed, CancellationToken cancellationToken)
    {
        if (probes is null)
        {
            return;
        }

        var dearest = closed.OrderByDescending(entry => entry.Price).Select(entry => entry.Service).ToArray();
        NotAsked.AddRange(dearest.Skip(limit).Select(service => service.Name));
        foreach (var (service, host, path) in ProbeRouteFinder.FindRequests(services, dearest.Take(limit).ToArray()))
        {
            if (host is null || path is null)
            {
                NotAsked.Add(service.Name);
                continue;
            }

            var answer = await probes.AskClosedAsync(host, path, cancellationToken).ConfigureAwait(false);
            if (answer.Outcome != ProbeOutcome.Passed)
            {
                (answer.Outcome == ProbeOutcome.Failed ? NotClosed : NotKnown).Add(service.Name + " (" + answer.Reason + ")");
            }
        }
    }

    /// <summary>Why services to be closed are not known to be closed; null if every answer shows it.</summary>
    public string? Trouble =>
        NotClosed.Count > 0 ? "NOT CLOSED, the gateway answers for: " + DenyEnforcement.FormatNames(NotClosed)
        : NotKnown.Count > 0 ? "not known to be closed, no answer for: " + DenyEnforcement.FormatNames(NotKnown)
        : null;

    /// <summary>Warns about services that were not probed.</summary>
    public void Warn(ReconcilePass pass)
    {
        if (NotAsked.Count > 0)
        {
            pass.Warn("not_asked", "The gateway was not asked for these services, so its answer is not known: " + DenyEnforcement.FormatNames(NotAsked));
        }
    }
}
