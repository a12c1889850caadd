using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.Authoring;

/// <summary>A service that stays as it is at the gateway.</summary>
/// <param name="Name">Name of the service.</param>
/// <param name="Reason">Why it cannot become a paywall.</param>
public sealed record ForeignService(string Name, string Reason)
{
    /// <summary>Name and reason.</summary>
    public override string ToString() => Name + ": " + Reason;
}

/// <summary>The paywalls made of a gateway's services.</summary>
public sealed record AdoptedPaywalls
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>The paywalls, in match order.</summary>
    public required IReadOnlyList<Paywall> Paywalls { get; init; }

    /// <summary>Services that cannot be expressed as a paywall; a roll-out leaves them alone.</summary>
    public required IReadOnlyList<ForeignService> Foreign { get; init; }

    /// <summary>Services that belong to stored paywalls already.</summary>
    public required IReadOnlyList<string> Known { get; init; }

    /// <summary>The roll-out that follows. It changes none of the adopted services.</summary>
    public required RolloutPlan Plan { get; init; }

    /// <summary>Evidence that the gateway serves this.</summary>
    public required LiveEvidence Evidence { get; init; }

    /// <summary>Whether the gateway reports all members of its services. An admin API does not.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>
/// Makes paywalls of a gateway's services so that the next roll-out changes nothing: names, order and members are
/// kept. Services that would change are left out.
/// </summary>
public sealed class PaywallAdoption
{
    private readonly IControlPlane controlPlane;
    private readonly TimeProvider time;
    private readonly Uuid7 ids;

    /// <summary>Adopts into a control plane, with the system's clock.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <exception cref="PaywallAuthoringException">The control plane does not accept changes of paywalls.</exception>
    public PaywallAdoption(IControlPlane controlPlane)
        : this(controlPlane, TimeProvider.System)
    {
    }

    internal PaywallAdoption(IControlPlane controlPlane, TimeProvider time)
    {
        this.controlPlane = controlPlane is IPaywallStore ? controlPlane : throw PaywallAuthor.CreateRefusal(controlPlane);
        this.time = time;
        ids = new Uuid7(time, RandomNumberGenerator.Create());
    }

    /// <summary>The paywalls of a gateway's services; nothing is stored.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="ownerId">Owner of the paywalls.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The gateway cannot be read, or does not list its services.</exception>
    public async Task<AdoptedPaywalls> PrepareAsync(IGateway gateway, string ownerId, CancellationToken cancellationToken)
    {
        var state = await (gateway ?? throw new ArgumentNullException(nameof(gateway))).ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (ServedServices.Find(gateway, state) is not var (services, evidence))
        {
            throw new GatewayException(gateway.Name, "adopt", "services_not_told", "Name a gateway that lists its services: file:PATH, admin:https://host:port or loopback.");
        }

        var stored = await ((IPaywallStore)controlPlane).ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var names = new HashSet<string>(stored.SelectMany(static paywall => paywall.Routes.Select(route => ServiceName.For(paywall.PaywallId, route))), StringComparer.Ordinal);
        var maker = new AdoptedServices(gateway.Name, ownerId, time.GetUtcNow().ToUnixTimeMilliseconds(), ids.Next);
        var details = gateway as IServiceDetails;
        var foreign = new Dictionary<string, string>(StringComparer.Ordinal);
        var made = new List<Paywall>();
        var isComplete = true;
        for (var place = 0; place < services.Count; place++)
        {
            var service = services[place];
            if (names.Contains(service.Name))
            {
                continue;
            }

            var known = details is null ? service.Extras : details.GetDetail(state, service).Extras;
            isComplete &= known is not null;
            var extras = known ?? service.Extras;
            if (services.Count(other => other.Name == service.Name) > 1)
            {
                foreign[service.Name] = "its name is served twice, or by two endpoints with other members";
            }
            else if (AdoptedServices.FindObstacle(service, extras) is { } obstacle)
            {
                foreign[service.Name] = obstacle;
            }
            else
            {
                made.Add(maker.Create(service, extras, place));
            }
        }

        var plan = LeaveOutChanged(gateway, state, stored.Where(static paywall => paywall.Status != PaywallStatus.Archived).ToArray(), made, foreign, cancellationToken);
        return new AdoptedPaywalls
        {
            Gateway = gateway.Name,
            Paywalls = made,
            Foreign = services.Select(static service => service.Name).Distinct().Where(foreign.ContainsKey).Select(name => new ForeignService(name, foreign[name])).ToArray(),
            Known = services.Select(static service => service.Name).Where(names.Contains).ToArray(),
            Plan = plan,
            Evidence = evidence,
            IsComplete = isComplete,
        };
    }

    /// <summary>Stores the paywalls after the stored ones, all or none.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<PaywallImport> StoreAsync(AdoptedPaywalls adopted, CancellationToken cancellationToken) =>
        ((IPaywallStore)controlPlane).ImportPaywallsAsync((adopted ?? throw new ArgumentNullException(nameof(adopted))).Paywalls, PaywallImportMode.Merge, cancellationToken);

    /// <summary>
    /// Compiles and plans. A paywall that does not compile, or whose service would change, is left out until none is
    /// left to leave out.
    /// </summary>
    private static RolloutPlan LeaveOutChanged(
        IGateway gateway, GatewayState state, IReadOnlyList<Paywall> stored, List<Paywall> made, Dictionary<string, string> foreign, CancellationToken cancellationToken)
    {
        while (true)
        {
            var compile = PaywallCompiler.Compile([.. stored, .. made], new CompileOptions { GatewayHasAdminApi = false }, cancellationToken);
            var bad = compile.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => (Paywall: made.Find(paywall => paywall.PaywallId == diagnostic.PaywallId), Reason: diagnostic.Message + " (" + diagnostic.Code + ")"))
                .Where(static one => one.Paywall is not null).ToArray();
            if (bad.Length > 0)
            {
                LeaveOut(bad);
                continue;
            }

            var isEmpty = stored.Count + made.Count == 0;
            if (!compile.Valid && !isEmpty)
            {
                throw PaywallAuthoringException.Invalid("of the store", compile.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(static diagnostic => new PaywallProblem(diagnostic.PaywallId ?? "Paywall", diagnostic.Message) { Code = diagnostic.Code }).ToArray());
            }

            if (isEmpty)
            {
                return new RolloutPlan { Gateway = gateway.Name, CurrentConfigHash = state.Active?.ConfigHash, ConfigHash = compile.ConfigHash, Changes = [] };
            }

            var plan = gateway.Plan(state, GatewayRolloutFactory.Create(new ReconcileOptions { RequestId = "adopt", AllowMissingFeatures = true }, compile, null));
            var changed = plan.Changes.Select(change => (Paywall: made.Find(paywall => paywall.Name == change.Name), Reason: "a roll-out would change it: " + change.ToString().Trim()))
                .Concat(plan.ReplacedTexts.Select(text => (Paywall: made.Find(paywall => paywall.Name == text.Name), Reason: "a row of Aperture's database is served instead of the file's service, and a roll-out would overwrite what the file says (" + text.MemberNames + "): delete the row (aperturecli services delete) and restart Aperture, or write the row's values to the file")))
                .Where(static one => one.Paywall is not null).ToArray();
            if (changed.Length == 0)
            {
                return plan;
            }

            LeaveOut(changed);
        }

        void LeaveOut(IEnumerable<(Paywall Paywall, string Reason)> left)
        {
            foreach (var (paywall, reason) in left)
            {
                foreign[paywall.Name] = reason;
                made.Remove(paywall);
            }
        }
    }
}
