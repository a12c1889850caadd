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

    /// <summary>The control plane of the mode chosen, for the smokes that need one; whoever opened it disposes it.</summary>
    /// <exception cref="InvalidOperationException">None was given.</exception>
    public IControlPlane ControlPlane
    {
        get => controlPlane ?? throw new InvalidOperationException("The smoke has no control plane.");
        init => controlPlane = value;
    }

    /// <summary>The paywalls where a flow has just listed them; null lists them.</summary>
    internal IReadOnlyList<Paywall>? Listed { get; init; }

    /// <summary>Settings in force, for the smokes that read their own.</summary>
    public OperatorEnvironment Environment { get; init; } = new(static _ => null);

    /// <summary>The session's current directory: where artifacts go by default.</summary>
    public string WorkingDirectory { get; init; } = System.IO.Directory.GetCurrentDirectory();

    /// <summary>A temporary folder for smokes that create their own site; its creator removes it.</summary>
    public string? ScratchDirectory { get; init; }

    /// <summary>Folder of the artifacts, for the smokes that write some; null for the smoke's own.</summary>
    public string? ArtifactDirectory { get; init; }

    /// <summary>File of the local node's artifact that the full flow compares with; null for the one in output/ of the current directory.</summary>
    public string? LocalArtifact { get; init; }

    /// <summary>Whether the full flow may pass without the local node's artifact, or with one that lacks keys.</summary>
    public bool AllowsMissingLocalArtifact { get; init; }

    /// <summary>Wallet that buys in Live mode; null for the wallet executor of the environment.</summary>
    public PayerReference? Payer { get; init; }

    /// <summary>What <see cref="Payer"/> is made from; null for the environment alone.</summary>
    public PayerSettings? PayerSettings { get; init; }

    /// <summary>What tells that wallet from others of its kind, as in <see cref="L402ClientOptions.WalletPlace"/>; null where there is one of the kind.</summary>
    public string? WalletPlace { get; init; }

    /// <summary>File that what is bought in Live mode is kept in; null for the user's own.</summary>
    public string? CredentialStorePath { get; init; }

    /// <summary>Rendering of a compile.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>Request the run is recorded under; null for the smoke's own.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// What sets the records of this run apart from those of every other, in a store whose books they stay in; null for
    /// the ids the recorded runs have.
    /// </summary>
    public string? RunMark { get; init; }

    /// <summary>The gateway of the mode chosen, for the smokes that roll out to one; whoever opened it disposes it.</summary>
    public IGateway? Gateway { get; init; }

    /// <summary>Storage of the gateway lease; null for this process only.</summary>
    public ILeaseStore? Leases { get; init; }

    /// <summary>Outbox for records that the control plane could not receive; null for this process only.</summary>
    public IOutbox? Outbox { get; init; }

    /// <summary>
    /// Whether a smoke that moves switches first reads them, refuses to run over one that is on, and puts the credential
    /// role back: more calls than the older service made (vectors/wire.json).
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
