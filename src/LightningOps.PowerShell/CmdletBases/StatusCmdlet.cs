using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.Session;
using LightningOps.Status;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that reads a status of gateways and their control plane.</summary>
public abstract class StatusCmdlet : RolloutCmdlet
{
    /// <summary>Folders of smokes; of each the newest summary.json is read, also in the folders below it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SmokeDirectory { get; set; } = [];

    /// <summary>Health file of Sync-ApertureConfig -Watch.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>Ask the gateways for a challenge, as Test-ApertureDrift does; each challenge creates one to three invoices. Needs -ChallengeUrl for a file or admin gateway.</summary>
    [Parameter]
    public SwitchParameter AskGateway { get; set; }

    /// <summary>Also read the revenue of each owner. A status names the owners of kill switches with and without it: Export-L402Artifact leaves them out of a report to post.</summary>
    [Parameter]
    public SwitchParameter IncludeOwner { get; set; }

    /// <inheritdoc/>
    private protected override string Activity => "Reading";

    /// <inheritdoc/>
    private protected override bool LeavesOutGateways => true;

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;

    /// <summary>Reads the status.</summary>
    private protected async Task<L402Status> ReadAsync(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, CancellationToken cancellationToken)
    {
        var unknown = Refused.Select(static refused => new UnknownValue(refused.Gateway, refused.Error.Message + " " + refused.Error.Remedy)).ToList();
        using var purchases = OpenPurchases(unknown, out var limits);
        var sources = new StatusSources
        {
            ControlPlane = controlPlane,
            ControlPlaneName = GetModeName(EffectiveMode),
            Gateways = gateways,
            Suspensions = await ReadSuspensionsAsync(gateways, unknown, cancellationToken).ConfigureAwait(false),
            Unopened = unknown,
            Options = CreateOptions("status"),
            AsksGateways = AskGateway,
            ReadsOwners = IncludeOwner,
            Purchases = purchases,
            Limits = limits,
            SmokeFolders = SmokeDirectory.Select(ResolveFile).ToArray(),
            HealthFile = HealthPath is null ? null : ResolveFile(HealthPath),
            MacaroonFiles = LndMacaroonPath is null ? [] : [ResolveSecretFile(LndMacaroonPath)],
            Addresses = new[] { ChallengeUrl, HealthUrl, ProxyUrl }.OfType<Uri>().ToArray(),
        };
        return await new StatusReader(sources).ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ReconcileSuspension>> ReadSuspensionsAsync(IReadOnlyList<IGateway> gateways, List<UnknownValue> unknown, CancellationToken cancellationToken)
    {
        var found = new List<ReconcileSuspension>();
        try
        {
            using var journal = OpenSnapshots(StoreAccess.Read);
            foreach (var gateway in gateways)
            {
                if (journal?.Snapshots is { } store && await store.FindSuspensionAsync(gateway.Name, cancellationToken).ConfigureAwait(false) is { } suspension)
                {
                    found.Add(suspension);
                }
            }
        }
        catch (LightningOpsException failure)
        {
            unknown.Add(new UnknownValue("reconciling", failure.Message));
        }

        return found;
    }

    // A store or a budget that cannot be read leaves the rest of the status known.
    private CredentialStore? OpenPurchases(List<UnknownValue> unknown, out SpendLimits limits)
    {
        limits = new SpendLimits();
        try
        {
            limits = SpendLimits.From(EffectiveEnvironment);
            return CredentialStores.Open(CredentialStorePath is null ? null : ResolveFile(CredentialStorePath), EffectiveEnvironment, isLooking: true);
        }
        catch (LightningOpsException failure)
        {
            unknown.Add(new UnknownValue("spending", failure.Message));
            return null;
        }
    }
}
