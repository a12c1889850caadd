using System;
using System.Collections.Generic;
using System.Text.Json;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>The stages of a reconcile, in order (docs/reference/gateway.md#reconcile); written in lower snake case.</summary>
public enum ReconcileStage
{
    /// <summary>Acquiring the lease of the gateway.</summary>
    Lease,

    /// <summary>Sending records that an earlier run could not send.</summary>
    Outbox,

    /// <summary>Listing the paywalls.</summary>
    List,

    /// <summary>Reading pause and kill switches.</summary>
    Security,

    /// <summary>Compiling.</summary>
    Compile,

    /// <summary>Recording the deployment as pending.</summary>
    Pending,

    /// <summary>Reading what the gateway serves.</summary>
    ActiveLookup,

    /// <summary>Computing the plan.</summary>
    Plan,

    /// <summary>Sending the configuration.</summary>
    Apply,

    /// <summary>Checking that the gateway is up.</summary>
    Health,

    /// <summary>Checking that the probe route requires payment.</summary>
    Challenge,

    /// <summary>Checking that a paid request reaches the upstream.</summary>
    Proxy,

    /// <summary>Rolling back to the previous configuration.</summary>
    Rollback,

    /// <summary>Closing paused and killed services if the desired configuration cannot be rolled out.</summary>
    Close,

    /// <summary>Recording the outcome.</summary>
    Record,
}

/// <summary>The beginning or end of a stage, without secrets.</summary>
public sealed record StageReport
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Request id of the reconcile.</summary>
    public required string RequestId { get; init; }

    /// <summary>The stage.</summary>
    public required ReconcileStage Stage { get; init; }

    /// <summary>Status of the stage.</summary>
    public required StageStatus Status { get; init; }

    /// <summary>Time of the report, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>Duration; zero when it has only begun.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Reason of a failure, a skip or a wait.</summary>
    public string? Reason { get; init; }

    /// <summary>For a wait with a limit, the seconds left; else null.</summary>
    public int? SecondsRemaining { get; init; }

    /// <summary>For a running stage, the number of changes made; null if it does not count them.</summary>
    public int? Done { get; init; }

    /// <summary>For a running stage, the total number of changes; null if it does not count them.</summary>
    public int? All { get; init; }

    /// <summary>Details by member name: strings, numbers, booleans.</summary>
    public IReadOnlyDictionary<string, object> Details { get; init; } = new Dictionary<string, object>();

    /// <summary>Stage, status and reason.</summary>
    public override string ToString() => TerminalText.Clean(EnumName.GetName(Stage) + ": " + EnumName.GetName(Status) + (Reason is null ? string.Empty : " (" + Reason + ")"));
}

/// <summary>Status of a stage.</summary>
public enum StageStatus
{
    /// <summary>Started.</summary>
    Started,

    /// <summary>Waiting for another process, stated in the reason.</summary>
    Waiting,

    /// <summary>Succeeded.</summary>
    Ok,

    /// <summary>Skipped; it must not count as success.</summary>
    Skipped,

    /// <summary>Failed or cancelled.</summary>
    Failed,

    /// <summary>Running: some of its changes were made.</summary>
    Running,
}

/// <summary>A running stage, which collects its own details.</summary>
internal sealed class StageStep
{
    public StageStatus Status { get; private set; } = StageStatus.Ok;

    public string? Reason { get; private set; }

    /// <summary>The address of the call; null for none.</summary>
    public string? Address { get; private set; }

    public Dictionary<string, object> Details { get; } = new();

    public void Skip(string reason) => End(StageStatus.Skipped, reason);

    public void Fail(string reason) => End(StageStatus.Failed, reason);

    public void Fail(Exception failure)
    {
        Address = (failure as GatewayException)?.Address ?? (failure as ControlPlaneTransportException)?.Address;
        Fail(RolloutFailure.GetReason(failure));
    }

    /// <summary>Sets the result of a check.</summary>
    public void SetResult(ProbeResult probe)
    {
        if (probe.StatusCode is { } statusCode)
        {
            Details["statusCode"] = statusCode;
        }

        if (probe.Outcome != ProbeOutcome.Passed)
        {
            Address = probe.Address;
            End(probe.Outcome == ProbeOutcome.Skipped ? StageStatus.Skipped : StageStatus.Failed, probe.Reason ?? "no_reason_given");
        }
    }

    private void End(StageStatus status, string reason)
    {
        Status = status;
        Reason = reason;
    }
}

/// <summary>Names of enum members in contracts: lower snake case.</summary>
internal static class EnumName
{
    public static string GetName(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
