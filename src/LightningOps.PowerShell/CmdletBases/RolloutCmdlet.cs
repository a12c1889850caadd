using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Progress;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that compares gateways with the control plane or rolls out to them: all specified gateways are processed together, after the last input.</summary>
public abstract class RolloutCmdlet : GatewayCmdlet
{
    private readonly List<GatewayArgument> named = new();

    /// <summary>
    /// Gateways, in order: ops, ops:https://host, admin:https://host:port, file:PATH, memory; or a hashtable for
    /// each with Kind, Endpoint or Path and the settings of that gateway. Without it ops in Api and Convex mode, memory in Mock mode.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument[] Gateway { get; set; } = [];

    /// <summary>Aperture: Lightning Labs' configuration. RouteDocument: the document of the older service, which ops gateways accept.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>The gateway does not serve Aperture's admin API: its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>Upstreams at loopback and private addresses are errors.</summary>
    [Parameter]
    public SwitchParameter DenyPrivateUpstream { get; set; }

    /// <summary>A roll-out removes services that have no record of having been made here; without it they are kept and named.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>Roll out even if the gateway cannot carry rate limits or rewrites.</summary>
    [Parameter]
    public SwitchParameter AllowMissingFeatures { get; set; }

    /// <summary>A roll-out to an admin gateway is made although a restart of Aperture, which loses the order of its services, may let a broader service answer what is closed.</summary>
    [Parameter]
    public SwitchParameter AllowOrderLoss { get; set; }

    /// <summary>A roll-out may remove the price server (dynamicprice) of a service, which ends the metering and every credential sold for it.</summary>
    [Parameter]
    public SwitchParameter AllowDynamicPriceLoss { get; set; }

    /// <summary>A roll-out reopens a gateway that another store stopped; without it such a roll-out is refused, naming who stopped it.</summary>
    [Parameter]
    public SwitchParameter OverrideStop { get; set; }

    /// <inheritdoc/>
    protected sealed override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        named.AddRange(Gateway);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected sealed override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (named.Count == 0 && MyInvocation.ExpectingInput)
        {
            return;
        }

        if (named.Count == 0 && DefaultGateway is { } own)
        {
            named.Add(own);
        }

        using var controlPlane = OpenControlPlane(EffectiveMode, StoreAccess);
        using var gateways = OpenGateways(named, EffectiveMode, StoreAccess);
        Refused = gateways.Refused;
        var stages = ShowStages(Activity);
        try
        {
            await RunAsync(controlPlane, gateways.All, stages, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stages.Complete();
        }
    }

    /// <summary>Gateways that were left out, each with the reason.</summary>
    private protected IReadOnlyList<(string Gateway, LightningOpsException Error)> Refused { get; private set; } = [];

    /// <summary>The default gateway; null for that of the mode.</summary>
    private protected virtual GatewayArgument? DefaultGateway => null;

    /// <summary>A gateway as the command gave it; null for that of the mode.</summary>
    private protected string? GetArgument(int place) => place < named.Count ? named[place].ToString() : null;

    /// <summary>The activity, shown before the name of the gateway.</summary>
    private protected abstract string Activity { get; }

    /// <summary>The command's access to a local store.</summary>
    private protected abstract StoreAccess StoreAccess { get; }

    /// <summary>Runs the work.</summary>
    private protected abstract Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken);

    /// <summary>Options of a reconcile, from the parameters.</summary>
    private protected ReconcileOptions CreateOptions(string requestId) => CreateOptions(requestId, CreatePlanOptions());

    /// <summary>Options of a reconcile, from a plan.</summary>
    private protected ReconcileOptions CreateOptions(string requestId, PlanOptions plan) => new()
    {
        RequestId = requestId,
        Compile = new CompileOptions { Format = plan.Format, GatewayHasAdminApi = !plan.NoAdminApi, PrivateUpstreams = GetPrivateUpstreams(EffectiveMode, plan.DenyPrivateUpstream) },
        Prune = plan.Prune,
        AllowMissingFeatures = plan.AllowMissingFeatures,
        AllowOrderLoss = plan.AllowOrderLoss,
        AllowDynamicPriceLoss = plan.AllowDynamicPriceLoss,
        OverrideStop = plan.OverrideStop,
    };

    /// <summary>Parameters with the options of a roll-out; a plan file has its own.</summary>
    private protected static IReadOnlyList<string> PlanParameters { get; } =
        [nameof(Format), nameof(NoAdminApi), nameof(DenyPrivateUpstream), nameof(Prune), nameof(AllowMissingFeatures), nameof(AllowOrderLoss), nameof(AllowDynamicPriceLoss), nameof(OverrideStop)];

    /// <summary>The options stored in a plan, from the parameters.</summary>
    private protected PlanOptions CreatePlanOptions() => new()
    {
        Format = Format,
        NoAdminApi = NoAdminApi,
        DenyPrivateUpstream = DenyPrivateUpstream,
        Prune = Prune,
        AllowMissingFeatures = AllowMissingFeatures,
        AllowOrderLoss = AllowOrderLoss,
        AllowDynamicPriceLoss = AllowDynamicPriceLoss,
        OverrideStop = OverrideStop,
    };
}
