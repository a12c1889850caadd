using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.Endpoints;

/// <summary>State of one endpoint.</summary>
/// <param name="Gateway">The endpoint.</param>
/// <param name="State">Its state; null if it was not reached.</param>
/// <param name="Failure">Why it was not reached, or null.</param>
internal sealed record EndpointState(IGateway Gateway, GatewayState? State, LightningOpsException? Failure);

/// <summary>The combined state of a gateway's endpoints: the worst of them.</summary>
internal static class EndpointStates
{
    /// <summary>The combined state.</summary>
    /// <exception cref="LightningOpsException">No endpoint was reached.</exception>
    public static GatewayState Combine(string gateway, IReadOnlyList<EndpointState> endpoints)
    {
        var reached = endpoints.Select(endpoint => endpoint.State).OfType<GatewayState>().ToArray();
        if (reached.Length == 0)
        {
            throw endpoints[0].Failure!;
        }

        return new GatewayState
        {
            Active = CombineDeployments(reached.Select(state => state.Active).ToArray()),
            Services = reached.All(state => state.Services is null) ? null : CombineServices(reached),
            Origins = ServiceOrigins.Combine(reached.Select(state => state.Origins)),
            RecordFailure = FindFailure(gateway, endpoints),
            Evidence = reached.Any(state => state.Evidence == LiveEvidence.NotKnown) ? LiveEvidence.NotKnown : reached[0].Evidence,
            HashFile = reached.All(static state => state.HashFile is null) ? null : () => string.Join("\n", reached.Select(static state => state.HashFile?.Invoke())),
            Snapshot = endpoints,
            CanRestore = reached.All(state => state.CanRestore),
        };
    }

    /// <summary>The common deployment. If they differ, a deployment without id whose hash stands for the mixture; null when none has one.</summary>
    public static GatewayDeployment? CombineDeployments(IReadOnlyList<GatewayDeployment?> deployments)
    {
        if (deployments.All(deployment => deployment is null))
        {
            return null;
        }

        if (deployments.All(deployment => deployment?.ConfigHash == deployments[0]?.ConfigHash))
        {
            return deployments.All(deployment => deployment!.DeploymentId == deployments[0]!.DeploymentId) ? deployments[0] : deployments[0]! with { DeploymentId = null };
        }

        return new GatewayDeployment { ConfigHash = ConfigHash.Compute(Encoding.UTF8.GetBytes(string.Join("\n", deployments.Select(deployment => deployment?.ConfigHash ?? "none")))) };
    }

    private static GatewayException? FindFailure(string gateway, IEnumerable<EndpointState> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Failure is { } unreached)
            {
                return new GatewayException(gateway, "read", "endpoint_not_reached: " + endpoint.Gateway.Name + " (" + EndpointGroup.GetReason(unreached) + ")", unreached.Remedy, unreached);
            }

            if (endpoint.State!.RecordFailure is { } unreadable)
            {
                return unreadable;
            }
        }

        return null;
    }

    /// <summary>The services of all endpoints; equal ones are listed once.</summary>
    private static IReadOnlyList<GatewayService> CombineServices(IEnumerable<GatewayState> states)
    {
        var seen = new HashSet<(string, string, string, string, long)>();
        return states
            .SelectMany(state => state.Services ?? [])
            .Where(service => seen.Add((service.Name, service.HostRegexp + "\n" + service.PathRegexp, service.Address, service.Auth, service.PriceSats)))
            .ToArray();
    }
}

/// <summary>The combined plans of a gateway's endpoints.</summary>
internal static class EndpointPlans
{
    /// <summary>Code of the diagnostic of an endpoint that was not reached.</summary>
    public const string NotReached = "endpoint_not_reached";

    /// <summary>The plan of a roll-out. A change that is the same at all endpoints is listed once, any other with its endpoint.</summary>
    public static RolloutPlan Combine(string gateway, GatewayState state, GatewayRollout rollout, IReadOnlyList<EndpointState> endpoints, IReadOnlyList<RolloutPlan?> plans)
    {
        var made = plans.OfType<RolloutPlan>().ToArray();
        var leftAlone = made.SelectMany(plan => plan.LeftAlone ?? []).Distinct().ToArray();
        return new RolloutPlan
        {
            Gateway = gateway,
            CurrentConfigHash = made.Length == plans.Count && made.All(plan => plan.IsEmpty) ? rollout.ConfigHash
                : state.Active?.ConfigHash is { } hash && hash != rollout.ConfigHash ? hash
                : null,
            ConfigHash = rollout.ConfigHash,
            Changes = CombineChanges(endpoints, plans),
            Examples = FindExamples(plans),
            LeftAlone = leftAlone.Length == 0 ? null : leftAlone,
            ReplacedTexts = made.SelectMany(static plan => plan.ReplacedTexts).ToArray(),
            Diagnostics = CombineDiagnostics(endpoints, plans, DiagnosticSeverity.Error),
        };
    }

    /// <summary>
    /// The plan of a close; null when no denied service is open at any endpoint. An endpoint that cannot close, or
    /// was not reached, does not keep the others open.
    /// </summary>
    public static RolloutPlan? CombineClosing(string gateway, GatewayState state, IReadOnlyList<EndpointState> endpoints, IReadOnlyList<RolloutPlan?> plans)
    {
        var made = plans.OfType<RolloutPlan>().ToArray();
        if (made.Length == 0 && endpoints.All(endpoint => endpoint.State is not null))
        {
            return null;
        }

        var diagnostics = CombineDiagnostics(endpoints, plans, DiagnosticSeverity.Warn);
        var refusesAll = made.Length > 0 && made.All(plan => plan.IsRefused) && endpoints.All(endpoint => endpoint.State is not null);
        return new RolloutPlan
        {
            Gateway = gateway,
            CurrentConfigHash = state.Active?.ConfigHash,
            ConfigHash = EndpointStates.CombineDeployments(plans.Select((plan, place) => (plan?.ConfigHash ?? endpoints[place].State?.Active?.ConfigHash) is { } hash ? new GatewayDeployment { ConfigHash = hash } : null).ToArray())?.ConfigHash ?? string.Empty,
            Changes = CombineChanges(endpoints, plans),
            Diagnostics = refusesAll ? diagnostics : diagnostics.Select(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error ? diagnostic with { Severity = DiagnosticSeverity.Warn } : diagnostic).ToArray(),
        };
    }

    // One example request is valid for all endpoints only if their live and planned services are equal.
    private static RequestExamples? FindExamples(IReadOnlyList<RolloutPlan?> plans)
    {
        var first = plans.FirstOrDefault()?.Examples;
        return first is not null && plans.All(plan => plan?.Examples is { } other && AreSame(first.Before, other.Before) && AreSame(first.After, other.After)) ? first : null;
    }

    private static bool AreSame(IReadOnlyList<GatewayService>? one, IReadOnlyList<GatewayService>? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Count == other.Count && one.Zip(other, static (first, second) => first.Name == second.Name && MemberChanges.Between(first, second).Count == 0).All(static same => same));

    private static IReadOnlyList<ServiceChange> CombineChanges(IReadOnlyList<EndpointState> endpoints, IReadOnlyList<RolloutPlan?> plans)
    {
        var changes = new List<(ServiceChange Change, List<int> Places)>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < plans.Count; place++)
        {
            foreach (var change in plans[place]?.Changes ?? [])
            {
                var text = change.ToString() + change.OldPlace + "," + change.NewPlace;
                if (!known.TryGetValue(text, out var index))
                {
                    known.Add(text, index = changes.Count);
                    changes.Add((change, new List<int>(1)));
                }

                changes[index].Places.Add(place);
            }
        }

        return changes
            .SelectMany(entry => entry.Places.Count == plans.Count
                ? [entry.Change]
                : entry.Places.Select(place => entry.Change with { Endpoint = endpoints[place].Gateway.Name }))
            .ToArray();
    }

    private static IReadOnlyList<Diagnostic> CombineDiagnostics(IReadOnlyList<EndpointState> endpoints, IReadOnlyList<RolloutPlan?> plans, DiagnosticSeverity notReached)
    {
        var diagnostics = new List<Diagnostic>();
        var seen = new HashSet<(string, DiagnosticSeverity, string)>();
        for (var place = 0; place < endpoints.Count; place++)
        {
            if (endpoints[place].Failure is { } failure)
            {
                diagnostics.Add(new Diagnostic
                {
                    Code = NotReached,
                    Severity = notReached,
                    Message = endpoints[place].Gateway.Name + " was not reached (" + EndpointGroup.GetReason(failure) + "): its live configuration is not known",
                });
            }

            diagnostics.AddRange((plans[place]?.Diagnostics ?? []).Where(diagnostic => seen.Add((diagnostic.Code, diagnostic.Severity, diagnostic.Message))));
        }

        return diagnostics;
    }
}
