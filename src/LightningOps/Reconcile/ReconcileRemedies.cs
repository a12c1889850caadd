namespace LightningOps.Reconcile;

/// <summary>What an operator does about a reconcile that failed.</summary>
public static class ReconcileRemedies
{
    /// <summary>The remedy for one of <see cref="ReconcileFailureCodes"/>.</summary>
    /// <param name="failureCode">The code.</param>
    /// <param name="reason">The reason beside it, or null.</param>
    public static string For(string failureCode, string? reason = null) => failureCode switch
    {
        ReconcileFailureCodes.CompileValidationFailed => "Correct the paywalls the diagnostics name: $result.Diagnostics | where Severity -eq Error.",
        ReconcileFailureCodes.PaywallsUnreadable => "Correct what the control plane answers, the diagnostics say where, and run the command again; nothing else was rolled out.",
        ReconcileFailureCodes.ActiveLookupFailed => "Check that the gateway's address, file and credentials are right and that it can be reached; nothing was changed.",
        ReconcileFailureCodes.DeployApplyFailed => "Look at what the gateway answered or cannot carry, correct it, and run the command again.",
        ReconcileFailureCodes.HealthCheckFailed when reason == "listenaddr_not_set" => "Give -HealthUrl, an address at which the gateway answers: its file has no listenaddr.",
        ReconcileFailureCodes.HealthCheckFailed => "Look at the gateway's log and at the address of its health check, and run the command again once it is up.",
        ReconcileFailureCodes.ChallengeCheckFailed => "Ask the challenge address yourself (Get-L402Challenge): it must answer 402 with an invoice of the rule's price.",
        ReconcileFailureCodes.ProxyCheckFailed => "Check the upstream of the probe route and what the probe pays or presents, and run the command again.",
        ReconcileFailureCodes.LeaseLost => "See who else rolls out to this gateway (Test-ApertureDrift), and run the command again.",
        ReconcileFailureCodes.LeaseUnavailable => "See who else rolls out to this gateway, or make the lease's place writable, and run the command again.",
        ReconcileFailureCodes.SequenceFailed => "Look at the gateway that failed first, then run the command again; this one serves what it served before, closed where it must be.",
        ReconcileFailureCodes.Cancelled => "Run the command again when you are ready; the result says what the gateway serves.",
        ReconcileFailureCodes.RollbackFailed => "Look at what the gateway serves (Test-ApertureDrift) and run the command again once it can be reached.",
        ReconcileFailureCodes.PlanChanged => "Run the command again and look at the new plan.",
        ReconcileFailureCodes.DeploymentRecordFailed => "Run the command again: what could not be recorded is sent first.",
        _ => "Look at the stages of the result and run the command again once the cause is removed.",
    };
}
