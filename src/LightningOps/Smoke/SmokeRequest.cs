using System;
using System.Collections.Generic;
using LightningOps.Buyer;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Leases;
using LightningOps.Observability;
using LightningOps.Payments;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;

namespace LightningOps.Smoke;

/// <summary>Mode of a smoke.</summary>
public sealed record SmokeRequest
{
    private readonly IControlPlane? controlPlane;

    /// <summary>The mode the smoke runs in.</summary>
    public SmokeMode Mode { get; init; }

    /// <summary>The control plane of the chosen mode, for smokes that need one; its opener disposes it.</summary>
    /// <exception cref="InvalidOperationException">None was given.</exception>
    public IControlPlane ControlPlane
    {
        get => controlPlane ?? throw new InvalidOperationException("The smoke has no control plane.");
        init => controlPlane = value;
    }

    /// <summary>The paywalls if a flow has just listed them; null to list them.</summary>
    internal IReadOnlyList<Paywall>? Listed { get; init; }

    /// <summary>Current settings, for smokes that read their own.</summary>
    public OperatorEnvironment Environment { get; init; } = new(static _ => null);

    /// <summary>The session's current directory, the default place of artifacts.</summary>
    public string WorkingDirectory { get; init; } = System.IO.Directory.GetCurrentDirectory();

    /// <summary>A temporary folder for smokes that create their own site; its creator removes it.</summary>
    public string? ScratchDirectory { get; init; }

    /// <summary>Folder of the artifacts, for smokes that write some; null for the default.</summary>
    public string? ArtifactDirectory { get; init; }

    /// <summary>
    /// File of the local node's artifact for the comparison of the full flow; null for the one in output/ of the
    /// current directory.
    /// </summary>
    public string? LocalArtifact { get; init; }

    /// <summary>Whether the full flow may pass without the local node's artifact, or with one that lacks keys.</summary>
    public bool AllowsMissingLocalArtifact { get; init; }

    /// <summary>Wallet that buys in Live mode; null for the wallet executor of the environment.</summary>
    public PayerReference? Payer { get; init; }

    /// <summary>Settings of <see cref="Payer" />; null for the environment only.</summary>
    public PayerSettings? PayerSettings { get; init; }

    /// <summary>Identity of that wallet among others of its kind, as in <see cref="L402ClientOptions.WalletPlace" />; null if there is only one.</summary>
    public string? WalletPlace { get; init; }

    /// <summary>Credential store of purchases in Live mode; null for the user's default.</summary>
    public string? CredentialStorePath { get; init; }

    /// <summary>Rendering of a compile.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>Request id of the run; null for the smoke's default.</summary>
    public string? RequestId { get; init; }

    /// <summary>Mark that makes the records of this run unique in a store that keeps them; null for the ids of the recorded runs.</summary>
    public string? RunMark { get; init; }

    /// <summary>The gateway of the chosen mode, for smokes that roll out; its opener disposes it.</summary>
    public IGateway? Gateway { get; init; }

    /// <summary>Storage of the gateway lease; null for this process only.</summary>
    public ILeaseStore? Leases { get; init; }

    /// <summary>Outbox for records that the control plane could not receive; null for this process only.</summary>
    public IOutbox? Outbox { get; init; }

    /// <summary>
    /// Whether a smoke that moves switches first reads them, refuses to run while one is on, and restores the
    /// credential role. That needs more calls than the older service made (vectors/wire.json).
    /// </summary>
    public bool KeepsState { get; init; }

    /// <summary>Clock of all recorded times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives each step of a purchase, on any thread; may be null.</summary>
    public IProgress<L402Step>? Steps { get; init; }

    /// <summary>Receives each stage of a reconcile; may be null.</summary>
    public IProgress<StageReport>? Progress { get; init; }

    /// <summary>Sink for records of the smoke; may be null.</summary>
    public IObservabilitySink? Observability { get; init; }
}
