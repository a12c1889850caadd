using System;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Http;
using LightningOps.Leases;

namespace LightningOps.Reconcile;

/// <summary>Codes of a failed reconcile: those of docs/reference/gateway.md#failure-codes, and those of failures around them.</summary>
public static class ReconcileFailureCodes
{
    /// <summary>The paywalls do not compile.</summary>
    public const string CompileValidationFailed = CompileObserver.CompileValidationFailed;

    /// <summary>The paywalls cannot be listed; paused and killed services were closed as far as possible.</summary>
    public const string PaywallsUnreadable = "paywalls_unreadable";

    /// <summary>The gateway does not report what it serves.</summary>
    public const string ActiveLookupFailed = "active_lookup_failed";

    /// <summary>The gateway rejected the configuration or cannot carry it.</summary>
    public const string DeployApplyFailed = "deploy_apply_failed";

    /// <summary>The gateway is not up.</summary>
    public const string HealthCheckFailed = "health_check_failed";

    /// <summary>The probe route does not require payment.</summary>
    public const string ChallengeCheckFailed = "challenge_check_failed";

    /// <summary>A paid request does not reach its upstream.</summary>
    public const string ProxyCheckFailed = "proxy_check_failed";

    /// <summary>The gateway could not be rolled back to its previous configuration.</summary>
    public const string RollbackFailed = "rollback_failed";

    /// <summary>The process ended before it recorded the outcome; only on the record of that deployment.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Paused or killed services could not be closed, or were not seen closed.</summary>
    public const string ClosingFailed = "closing_failed";

    /// <summary>The control plane did not record the deployment.</summary>
    public const string DeploymentRecordFailed = "deployment_record_failed";

    /// <summary>The plan differs from the approved plan.</summary>
    public const string PlanChanged = "plan_changed";

    /// <summary>The plan removes or changes more than the guard rails allow, and nobody agreed to it; only paused and killed services were closed.</summary>
    public const string GuardRailExceeded = "guard_rail_exceeded";

    /// <summary>The gateway is not reconciled, because an earlier deployment was restored there; only paused and killed services were closed.</summary>
    public const string ReconcileSuspended = "reconcile_suspended";

    /// <summary>The gateway, the control plane or its switches have moved since the plan was made; only paused and killed services were closed.</summary>
    public const string PlanStale = "plan_stale";

    /// <summary>The operator stopped the run.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Another user or machine changed the gateway during the run; nothing more was sent.</summary>
    public const string GatewayChanged = "gateway_changed";

    /// <summary>The lease expired during the run; another reconcile may be running.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>The lease could not be acquired; only paused and killed services were closed.</summary>
    public const string LeaseUnavailable = "lease_unavailable";

    /// <summary>Another gateway of the same roll-out failed: this one was rolled back, or only its denied services were closed.</summary>
    public const string SequenceFailed = "sequence_failed";
}

/// <summary>Recommended actions for a failed reconcile.</summary>
public static class ReconcileRemedies
{
    /// <summary>Begins the reason of a gateway that was rolled out before another one of the same roll-out failed.</summary>
    internal const string RolledOutBefore = "rolled out before ";

    /// <summary>The remedy for one of <see cref="ReconcileFailureCodes"/>.</summary>
    /// <param name="failureCode">The code.</param>
    /// <param name="reason">The reason with it, or null.</param>
    public static string For(string failureCode, string? reason = null) => failureCode switch
    {
        ReconcileFailureCodes.CompileValidationFailed when reason?.Contains("no_compilable_routes") == true =>
            "There is no paywall to roll out, and this control plane has not rolled out to the gateway before: it may be the wrong one, or empty by mistake. The gateway keeps its services. Add a paywall with New-LightningPaywall, or close the services with Set-L402GlobalPause -Active -Sync.",
        ReconcileFailureCodes.CompileValidationFailed => "Correct the paywalls listed in the diagnostics: $result.Diagnostics | where Severity -eq Error.",
        ReconcileFailureCodes.PaywallsUnreadable => "Correct the paywalls in the control plane (see the diagnostics) and run the command again. Nothing else was rolled out.",
        ReconcileFailureCodes.ActiveLookupFailed or ReconcileFailureCodes.HealthCheckFailed or ReconcileFailureCodes.ChallengeCheckFailed or ReconcileFailureCodes.ProxyCheckFailed when reason?.Contains("tls_refused") == true =>
            "Name the gateway's certificate file with -TlsCertificatePath, or, if you know the fingerprint seen to be the gateway's, use it with -CertificateFingerprint.",
        ReconcileFailureCodes.ActiveLookupFailed or ReconcileFailureCodes.HealthCheckFailed or ReconcileFailureCodes.ChallengeCheckFailed or ReconcileFailureCodes.ProxyCheckFailed when GoneAddress.IsGone(reason) =>
            GoneAddress.GetRemedy("the address of the gateway and of its checks"),
        ReconcileFailureCodes.ActiveLookupFailed => "Check that the gateway's address, file and credentials are right and that it can be reached; nothing was changed.",
        ReconcileFailureCodes.DeployApplyFailed when reason?.StartsWith("refused:", System.StringComparison.Ordinal) == true => "Correct the cause that the message states, and run the command again. Sync-ApertureConfig -WhatIf shows the plan.",
        ReconcileFailureCodes.DeployApplyFailed => "Read the answer of the gateway in the message, correct the cause, and run the command again.",
        ReconcileFailureCodes.HealthCheckFailed when reason?.StartsWith(ListenerProbe.AddressNotSet, System.StringComparison.Ordinal) == true => "Aperture reads no listenaddr from the file, so it is not known where it listens: Test-ApertureConfig says why. If the address is set elsewhere, specify it with -HealthUrl.",
        ReconcileFailureCodes.HealthCheckFailed => "Check the log of the gateway and the address of its health check, and run the command again once the gateway is up.",
        ReconcileFailureCodes.ChallengeCheckFailed => "Check the challenge address with Get-L402Challenge: it must answer 402 with an invoice of the price of the route.",
        ReconcileFailureCodes.ProxyCheckFailed => "Check the upstream of the probe route, and the wallet (-Payer) or Authorization header of the check. Then run the command again.",
        ReconcileFailureCodes.GatewayChanged => "Let one user, machine or tool write the gateway at a time; the reload command must not write the file. Check the gateway with Test-ApertureDrift, and run the command again.",
        ReconcileFailureCodes.LeaseLost => "Another command took the lease of this gateway. Check the gateway with Test-ApertureDrift, and run the command again.",
        ReconcileFailureCodes.LeaseUnavailable => "Wait for the other roll-out to this gateway, or make the lease folder writable, and run the command again.",
        ReconcileFailureCodes.SequenceFailed when reason?.StartsWith(RolledOutBefore, StringComparison.Ordinal) == true =>
            "Correct the cause at the gateway that failed first, and run the command again. This gateway had been changed. Its deployment status says whether it was rolled back, Standing states the live configuration.",
        ReconcileFailureCodes.SequenceFailed => "Correct the cause at the gateway that failed first, and run the command again. This gateway was not changed, except that paused and killed services are closed.",
        ReconcileFailureCodes.ClosingFailed => "Check the routes named at the challenge address. If they still sell, stop the gateway. Then run the command again.",
        ReconcileFailureCodes.Cancelled => "Run the command again when you are ready. Standing of the result states the live configuration.",
        ReconcileFailureCodes.RollbackFailed => "Compare the gateway with Test-ApertureDrift once it can be reached, and run the command again.",
        ReconcileFailureCodes.GuardRailExceeded => "Check the plan with Sync-ApertureConfig -WhatIf. If the change is intended, write the plan with New-L402Plan -OutFile plan.json, have it reviewed, and run Sync-ApertureConfig -PlanPath plan.json -Approve HASH. Or run the command at a prompt, where it asks.",
        ReconcileFailureCodes.ReconcileSuspended => "Correct the paywalls, check the plan with Test-ApertureDrift, then resume reconciling: Set-L402Gateway NAME -Reconcile On.",
        ReconcileFailureCodes.PlanStale => "Make a new plan with New-L402Plan, and have it reviewed.",
        ReconcileFailureCodes.PlanChanged => "Run the command again and check the new plan.",
        ReconcileFailureCodes.DeploymentRecordFailed => "Run the command again: the missing records are sent first.",
        _ => "Find the cause in the stages of the result, correct it, and run the command again.",
    };
}

/// <summary>A failure with its stage.</summary>
/// <param name="Code">One of <see cref="ReconcileFailureCodes"/>.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Reason">The reason, without a secret.</param>
internal sealed record RolloutFailure(string Code, ReconcileStage Stage, string Reason)
{
    /// <summary>The address of the call; null for none.</summary>
    public string? Address { get; init; }

    public bool IsCancellation => Code == ReconcileFailureCodes.Cancelled;

    /// <summary>The name of the stage in records.</summary>
    public string StageName => EnumName.GetName(Stage);

    /// <summary>A reason that is safe to record. Failures of the module contain no secret; for others only the type is recorded.</summary>
    public static string GetReason(Exception failure) => failure switch
    {
        GatewayException gateway => gateway.Reason,
        ControlPlaneTransportException transport => transport.Reason,
        LightningOpsException own => own.Message,
        LeaseLostException => ReconcileFailureCodes.LeaseLost,
        OperationCanceledException => "timeout",
        _ => "unexpected:" + failure.GetType().Name,
    };
}
