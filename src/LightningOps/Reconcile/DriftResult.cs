using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>What a gateway serves, compared with what the control plane wants.</summary>
public sealed record DriftResult : IReportable
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>How they stand to each other.</summary>
    public required DriftStatus Status { get; init; }

    /// <summary>Whether they differ; false too when it cannot be told.</summary>
    public bool InDrift => Status == DriftStatus.InDrift;

    /// <summary>How it is known what the gateway serves; where it is not, what is written is compared and in sync is never said.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Whether the desired configuration is written, and it is not known whether the gateway has loaded it.</summary>
    public bool IsOnlyWritten => Valid && Status == DriftStatus.Undetermined && Evidence == LiveEvidence.NotKnown && Plan is { IsRefused: false };

    /// <summary>For a scheduled run: 0 in sync, 1 in drift, 2 cannot be told.</summary>
    public int ExitCode => (int)Status;

    /// <summary>Hash wanted; of the paywalls when they do not compile.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Hash served, or null when there is no deployment or the paywalls do not compile.</summary>
    public ConfigHash? ServedConfigHash { get; init; }

    /// <summary>Whether the paywalls compile.</summary>
    public required bool Valid { get; init; }

    /// <summary>What a reconcile would change, or null when the paywalls do not compile.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>
    /// What a reconcile would close although it can roll nothing out, because a pause or kill switch denies it: the paywalls
    /// do not compile, or the gateway cannot carry them. Null otherwise, and when nothing that is denied is open.
    /// </summary>
    public RolloutPlan? ClosingPlan { get; init; }

    /// <summary>Services this store did not make, which a reconcile leaves as they are and which sell; empty for none.</summary>
    public IReadOnlyList<SellingService> LeftAlone => Plan?.LeftAlone ?? [];

    /// <summary>What the compile had to say.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    RunReport IReportable.ToReport() => DriftReport.Of(this);
}
