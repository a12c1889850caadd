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
/// Closed services that may sell again: each is served as it was last rolled out, at its place; all others are not changed
/// (docs/reference/gateway.md#switches).
/// </summary>
internal sealed record GatewayReopening
{
    private IReadOnlyList<CompiledRule> rules = [];
    private IReadOnlyDictionary<string, (CompiledRule Rule, GatewayService Service)> byName = new Dictionary<string, (CompiledRule, GatewayService)>();

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Deployment it is recorded as.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The services to reopen, as last rolled out and open.</summary>
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

    /// <summary>Whether the global pause is lifted: services of others that it closed are put back, too.</summary>
    public bool IncludesOthers { get; init; }

    /// <summary>Whether the text of a service that was kept is put back, by its name: what was closed under a cause that is over.</summary>
    public Func<string, bool> IncludesKept { get; init; } = static _ => false;

    /// <summary>The cause that is over.</summary>
    public string Cause { get; init; } = KeptText.GlobalPause;

    /// <summary>Whether a service is to be reopened, by its name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>The rule of a closed service that is to be reopened, or null.</summary>
    public CompiledRule? FindRule(GatewayService service) => IsClosed(service) && byName.TryGetValue(service.Name, out var one) ? one.Rule : null;

    /// <summary>A service as it is to be; the same where it is not reopened. Host and path are as served.</summary>
    /// <param name="service">The service as served.</param>
    /// <param name="withExtras">Whether the gateway carries rate limits and rewrites.</param>
    public GatewayService Reopen(GatewayService service, bool withExtras) =>
        !IsClosed(service) || !byName.TryGetValue(service.Name, out var one) ? service
            : one.Service with { HostRegexp = service.HostRegexp, PathRegexp = service.PathRegexp, Extras = withExtras ? one.Service.Extras : [] };

    private static bool IsClosed(GatewayService service) => service.IsClosed || service.IsClosedAtFormerAddress;
}

/// <summary>A gateway that can reopen single services.</summary>
internal interface IServiceReopening
{
    /// <summary>Whether it carries rate limits and rewrites.</summary>
    bool CarriesFeatures { get; }

    /// <summary>Makes it serve what it serves now with some services reopened; nothing else is changed.</summary>
    /// <returns>The deployment as the gateway reports it; null when there is none.</returns>
    Task<GatewayDeployment?> ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken);
}
