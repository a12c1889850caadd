namespace LightningOps.Reconcile;

/// <summary>Why a reconcile failed: the codes of docs/reference/gateway.md#failure-codes, and those of what can fail around them.</summary>
public static class ReconcileFailureCodes
{
    /// <summary>The paywalls do not compile.</summary>
    public const string CompileValidationFailed = "compile_validation_failed";

    /// <summary>The paywalls cannot be listed; what a pause or kill switch denies was closed, as far as it could be.</summary>
    public const string PaywallsUnreadable = "paywalls_unreadable";

    /// <summary>The gateway does not tell what it serves.</summary>
    public const string ActiveLookupFailed = "active_lookup_failed";

    /// <summary>The gateway did not take the configuration, or cannot carry it.</summary>
    public const string DeployApplyFailed = "deploy_apply_failed";

    /// <summary>The gateway is not up.</summary>
    public const string HealthCheckFailed = "health_check_failed";

    /// <summary>The probe route does not ask for payment.</summary>
    public const string ChallengeCheckFailed = "challenge_check_failed";

    /// <summary>A paid request does not reach its upstream.</summary>
    public const string ProxyCheckFailed = "proxy_check_failed";

    /// <summary>The gateway could not be brought back to what it served before.</summary>
    public const string RollbackFailed = "rollback_failed";

    /// <summary>The process that rolled it out ended before it could say how; only on the record of that deployment.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>What a pause or kill switch denies could not be closed; only on the record of the closing.</summary>
    public const string ClosingFailed = "closing_failed";

    /// <summary>The control plane did not take the deployment's record.</summary>
    public const string DeploymentRecordFailed = "deployment_record_failed";

    /// <summary>The plan is no longer the one that was approved.</summary>
    public const string PlanChanged = "plan_changed";

    /// <summary>The operator stopped it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The lease ran out while it was held: another reconcile may be at work.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>The lease could not be had; only what a pause or kill switch denies was closed.</summary>
    public const string LeaseUnavailable = "lease_unavailable";

    /// <summary>Another gateway of the same roll-out failed: this one was taken back, or only what is denied closed.</summary>
    public const string SequenceFailed = "sequence_failed";
}
