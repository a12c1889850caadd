using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway;

/// <summary>
/// Closed services that may sell again. Each is served as last rolled out, in place; all others are unchanged
/// (docs/reference/gateway.md#switches).
/// </summary>
internal sealed record GatewayReopening
{
    private IReadOnlyList<CompiledRule> rules = [];
    private IReadOnlyDictionary<string, (CompiledRule Rule, GatewayService Service)> byName = new Dictionary<string, (CompiledRule, GatewayService)>();

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Id of the recorded deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The services to reopen, with their last open rules.</summary>
    public required IReadOnlyList<CompiledRule> Rules
    {
        get => rules;
        init
        {
            rules = value;
            byName = value
                .Zip(DesiredServices.From(value, withExtras: true), static (rule, service) => (Rule: rule, Service: service))
                .GroupBy(static one => one.Rule.ServiceName, StringComparer.Ordinal)
                .ToDictionary(static same => same.Key, static same => same.First(), StringComparer.Ordinal);
        }
    }

    /// <summary>Whether the global pause is lifted. Services of others that it closed are then restored, too.</summary>
    public bool IncludesOthers { get; init; }

    /// <summary>Whether the kept text of a service is restored, by its name: the cause of its close is over.</summary>
    public Func<string, bool> IncludesKept { get; init; } = static _ => false;

    /// <summary>The cause that is over.</summary>
    public string Cause { get; init; } = KeptText.GlobalPause;

    /// <summary>Whether a service is to be reopened, by its name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>The rule of a closed service to reopen, or null.</summary>
    public CompiledRule? FindRule(GatewayService service) => service.WasClosed && byName.TryGetValue(service.Name, out var one) ? one.Rule : null;

    /// <summary>A service after the reopening; the same if it is not reopened. Host and path stay as they are.</summary>
    /// <param name="service">The live service.</param>
    /// <param name="withExtras">Whether the gateway supports rate limits and rewrites.</param>
    public GatewayService Reopen(GatewayService service, bool withExtras) =>
        !service.WasClosed || !byName.TryGetValue(service.Name, out var one) ? service
            : one.Service with { HostRegexp = service.HostRegexp, PathRegexp = service.PathRegexp, Extras = withExtras ? one.Service.Extras : [] };

    /// <summary>The rules last rolled out after the reopening: the reopened ones sell, and the others are unchanged.</summary>
    /// <param name="rolledOut">The recorded rules.</param>
    public IReadOnlyList<CompiledRule> Open(IEnumerable<CompiledRule> rolledOut) =>
        rolledOut.Select(rule => Contains(rule.ServiceName) ? rule with { ClosedBy = null } : rule).ToArray();
}

/// <summary>A gateway that can reopen single services.</summary>
internal interface IServiceReopening
{
    /// <summary>Whether it supports rate limits and rewrites.</summary>
    bool CarriesFeatures { get; }

    /// <summary>Why nothing can be reopened in a state without an outage, or null.</summary>
    Diagnostic? FindRefusal(GatewayState state);

    /// <summary>Reopens some services; nothing else is changed.</summary>
    /// <returns>The deployment reported by the gateway; null if there is none.</returns>
    Task<GatewayDeployment?> ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken);
}
