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

/// <summary>Asks a gateway itself what became of its routes: the price of those that sell, and whether those that must not are closed.</summary>
internal sealed class RouteQuestions
{
    private readonly IRouteProbes? probes;
    private readonly int limit;

    /// <param name="gateway">The gateway.</param>
    /// <param name="limit">How many of each kind are asked at most.</param>
    public RouteQuestions(IGateway gateway, int limit)
    {
        this.limit = limit;
        probes = gateway is IRouteProbes { CanAsk: true } able ? able : null;
    }

    /// <summary>Whether there is an address to ask.</summary>
    public bool CanAsk => probes is not null;

    /// <summary>Names of what sells or was to be closed and was not asked: beyond the limit, or no request for it could be found.</summary>
    public List<string> NotAsked { get; } = [];

    /// <summary>Names of what was asked, must be closed and is not, with the answer.</summary>
    public List<string> NotClosed { get; } = [];

    /// <summary>Names of what must be closed and gave no answer, with why.</summary>
    public List<string> NotKnown { get; } = [];

    /// <summary>Asks for the price of rules, the dearest first.</summary>
    /// <param name="rules">All rules, in match order.</param>
    /// <param name="asked">Those to ask for; closed ones are left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The first that does not ask the rule's price; null when all do.</returns>
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

    /// <summary>Asks services for their price, the dearest first.</summary>
    /// <param name="services">All services, in match order.</param>
    /// <param name="asked">Those to ask.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What each that was asked answered.</returns>
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

    /// <summary>Asks whether services are closed, the dearest first.</summary>
    /// <param name="services">All services, in match order.</param>
    /// <param name="closed">Those that must be closed, with the price each asked.</param>
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

    /// <summary>Why what was to be closed is not known to be; null where every answer says that it is.</summary>
    public string? Trouble =>
        NotClosed.Count > 0 ? "NOT CLOSED, the gateway answers for: " + DenyEnforcement.FormatNames(NotClosed)
        : NotKnown.Count > 0 ? "not known to be closed, no answer for: " + DenyEnforcement.FormatNames(NotKnown)
        : null;

    /// <summary>Warns of what was not asked.</summary>
    public void Warn(ReconcilePass pass)
    {
        if (NotAsked.Count > 0)
        {
            pass.Warn("not_asked", "The gateway was not asked for these services, so its answer is not known: " + DenyEnforcement.FormatNames(NotAsked));
        }
    }
}
