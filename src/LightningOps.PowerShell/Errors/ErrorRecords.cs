using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using LightningOps.ApertureYaml;
using LightningOps.Authoring;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Registry;
using LightningOps.L402;
using LightningOps.Leases;
using LightningOps.Payments.Lnd;
using LightningOps.Paywalls.Decoding;
using LightningOps.PowerShell.Json;
using LightningOps.Reconcile;
using LightningOps.Security;
using LightningOps.Settlements;
using LightningOps.Smoke.Security;
using LightningOps.Status;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Errors;

/// <summary>Creates every error record of the module: stable id, category, target, recommended action.</summary>
internal static class ErrorRecords
{
    private const string UnauthorizedReason = "status_401";
    private const string ForbiddenReason = "status_403";

    /// <summary>Whether the failure is expected, not a defect of the module.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is LightningOpsException or IOException or UnauthorizedAccessException;

    /// <summary>The record of a failure.</summary>
    /// <param name="exception">An expected failure (<see cref="IsExpected" />).</param>
    /// <param name="target">The input, or null.</param>
    public static ErrorRecord From(Exception exception, object? target) => exception switch
    {
        L402OtherDemandException other => Make(other, other.Tag, ErrorCategory.InvalidResult, other.Demands, other.Remedy),
        LightningOpsException failure => Make(failure, failure.Tag, GetCategory(failure), target ?? GetTarget(failure), failure.Remedy),
        FolderAsFileException folder => Make(folder, "FileIsFolder", ErrorCategory.InvalidArgument, target ?? folder.Folder, "Specify a file, in that folder or elsewhere."),
        FileNotFoundException missing => Make(missing, "FileNotFound", ErrorCategory.ObjectNotFound, target ?? missing.FileName, "Check the path; wildcards are not expanded."),
        DirectoryNotFoundException missing => Make(missing, "DirectoryNotFound", ErrorCategory.ObjectNotFound, target, "Check the path, or create the folder."),
        UnauthorizedAccessException => Make(exception, "FileAccessDenied", ErrorCategory.PermissionDenied, target, "Grant the account access to the file, or choose another path."),
        _ => Make(exception, "FileFailure", ErrorCategory.WriteError, target, "Check that the disk has free space and that no other program has the file open."),
    };

    /// <summary>A compile without an artifact.</summary>
    public static ErrorRecord CompileInvalid(CompileResult result)
    {
        var errors = 0;
        Diagnostic? first = null;
        foreach (var diagnostic in result.Diagnostics)
        {
            if (diagnostic.Severity == DiagnosticSeverity.Error)
            {
                errors++;
                first ??= diagnostic;
            }
        }

        var message = "The paywalls do not compile: " + errors + (errors == 1 ? " error" : " errors") + (first is null ? "." : ", first " + first);
        return Make(
            new InvalidDataException(message),
            "CompileInvalid",
            ErrorCategory.InvalidData,
            result,
            ReconcileRemedies.For(ReconcileFailureCodes.CompileValidationFailed, first?.Code));
    }

    /// <summary>A name under which no gateway is registered.</summary>
    public static ErrorRecord GatewayNotRegistered(string name) =>
        Make(
            new ItemNotFoundException("No gateway is registered as '" + name + "'."),
            "GatewayNotRegistered",
            ErrorCategory.ObjectNotFound,
            name,
            "List them with Get-L402Gateway, or register it with Register-L402Gateway.");

    /// <summary>A link of the session that does not work.</summary>
    public static ErrorRecord LinkFailed(ConnectionLink link) => Make(
        new InvalidOperationException((link.Kind switch { LinkKind.ControlPlane => "Control plane ", LinkKind.Gateway => "Gateway ", _ => "Wallet " }) + link.Name + (link.Address == "not known" ? string.Empty : " at " + link.Address) + ": " + link.Found + "."),
        "LinkFailed",
        ErrorCategory.ConnectionError,
        link,
        link.Remedy ?? "Check the address and whether it can be reached from this machine.");

    /// <summary>A journal with a broken chain.</summary>
    public static ErrorRecord JournalBroken(JournalCheck check) => Make(
        new InvalidDataException("The journal is not whole: " + string.Join(" ", check.Problems.Take(5).Select(static problem => problem.ToString())) + (check.Problems.Count > 5 ? " …" : string.Empty)),
        "JournalBroken",
        ErrorCategory.SecurityError,
        check,
        "The result lists every problem. Compare the journal with a backup of the store, and check which accounts can write the store.");

    /// <summary>A plan of a file that is out of date.</summary>
    public static ErrorRecord PlanStale(string gateway, IReadOnlyList<string> moved) => Make(
        new InvalidOperationException(gateway + ": the plan is stale. Since it was made: " + string.Join("; ", moved) + "."),
        "plan_stale",
        ErrorCategory.InvalidOperation,
        gateway,
        ReconcileRemedies.For(ReconcileFailureCodes.PlanStale));

    /// <summary>A smoke with a failed check.</summary>
    public static ErrorRecord SmokeFailed(string name, string reason, object result) => Make(
        new InvalidOperationException("Smoke " + name + " failed: " + reason),
        "SmokeFailed",
        ErrorCategory.InvalidResult,
        result,
        "See the members of the result (the target object of this error).");

    /// <summary>A failed reconcile; the id is its failure code.</summary>
    public static ErrorRecord ReconcileFailed(ReconcileResult result)
    {
        var code = result.FailureCode ?? (result.Serving == LiveConfiguration.Written ? "load_not_seen" : "reconcile_failed");
        var reason = result.Valid ? result.FailureReason : FirstError(result.Diagnostics);
        if (result.Valid && reason?.StartsWith("refused:", StringComparison.Ordinal) == true && result.Plan is { } plan && FirstError(plan.Diagnostics) is { } refusal && !plan.Diagnostics.Any(stated => reason.Contains(stated.Code + ": " + stated.Message)))
        {
            // The code alone does not say what to do.
            reason += " (" + refusal.TrimEnd('.') + ")";
        }

        var message = result.Gateway + ": " + code + (result.FailureAddress is null || result.Gateway.Contains(result.FailureAddress) ? string.Empty : " at " + result.FailureAddress) + (reason is null || reason == code ? string.Empty : ": " + reason.TrimEnd('.'))
            + ". The deployment is " + result.DeploymentStatus + ". " + (result is { Changed: false, Serving: LiveConfiguration.Unknown } ? "Nothing was changed. " : string.Empty) + result.Standing;
        return Make(new InvalidOperationException(message), code, GetCategory(code, result), result, (result.FailureCode is null ? result.Standing.Remedy : null) ?? ReconcileRemedies.For(code, reason));
    }

    private const string LastResort = " To stop it at once, run the command again with -StopCommand and -StopIfUnconfirmed, which takes the whole gateway down.";

    /// <summary>A gateway that does not follow a pause or kill switch that was set, or still follows one that was lifted.</summary>
    public static ErrorRecord GatewayNotSynced(SyncedSwitches result, RolloutStep step, string switches, string? deed = null)
    {
        var set = deed ?? (result.Active ? " set" : " lifted");
        var isServed = step.Result is { Serving: LiveConfiguration.Wanted or LiveConfiguration.Reopened };
        var isClosed = result.Active && step.Result is { DenialHolds: true };
        var isDown = result.TakenDown.Any(down => down.Gateway == step.Gateway && down.IsDown);
        var message = isDown ? switches + set + ", and " + step.Gateway + ", which did not close, was taken down as a whole; nothing listens there. The roll-out: "
            : isClosed ? switches + set + " and " + step.Gateway + " is closed, but " + (isServed ? "the roll-out did not succeed: " : "nothing else was rolled out: ")
            : result.Active && step.Result is { Serving: LiveConfiguration.Written } ? switches + set + ", but " + step.Gateway + " was NOT SEEN CLOSED. Its closed configuration is written: "
            : result.Active ? switches + set + ", but " + step.Gateway + " is NOT CLOSED yet: "
            : isServed ? switches + set + " and " + step.Gateway + " serves the change, but the roll-out did not succeed: "
            : switches + set + ", but " + step.Gateway + " is NOT REOPENED yet: ";
        var cause = step.Result is { } reconcile ? ReconcileFailed(reconcile) : step.Error is { } error ? From(error, step.Gateway) : null;
        var reason = cause?.Exception.Message ?? "the command was stopped before anything was sent.";
        return Make(
            new InvalidOperationException(message + reason),
            isDown ? "GatewayTakenDown" : isClosed ? "GatewayOnlyClosed" : result.Active ? "GatewayNotClosed" : isServed ? "GatewayOnlyReopened" : "GatewayNotReopened",
            cause?.CategoryInfo.Category ?? ErrorCategory.OperationStopped,
            result,
            step.Result is { FailureCode: null, Standing.Remedy: { } remedy }
                ? remedy + " Sync-ApertureConfig for " + step.Gateway + " is enough: the switch itself need not be set again." + (result.Active && !isClosed && !isDown ? LastResort : string.Empty)
                : "Fix the cause and run Sync-ApertureConfig for " + step.Gateway + ". The switch itself need not be set again." + (result.Active && !isClosed && !isDown ? LastResort : string.Empty));
    }

    /// <summary>A token that a gateway does not list.</summary>
    public static ErrorRecord TokenNotFound(string tokenId) => Make(
        new InvalidOperationException("The gateway lists no token '" + tokenId + "': it was revoked, or it is not paid."),
        "TokenNotFound",
        ErrorCategory.ObjectNotFound,
        tokenId,
        "List them with Get-ApertureToken. A token that is not paid opens nothing, and one that is paid later can be revoked then.");

    /// <summary>A token whose revenue would be in no list after it is revoked.</summary>
    public static ErrorRecord TokenNotBooked(ApertureToken token) => Make(
        new InvalidOperationException(FormattableString.Invariant($"Token {token.TokenId} of {token.ServiceName} was not revoked: its settlement ({token.PriceSats} sat) is not in the books, and Aperture deletes it with the token.")),
        "TokenNotBooked",
        ErrorCategory.InvalidOperation,
        token,
        "Run Import-L402Settlement -Gateway and look at its rejected events; a service without a paywall can be adopted with Import-LightningPaywall -FromGateway. -AllowLoss revokes it anyway.");

    /// <summary>A plan the gateway cannot carry out.</summary>
    public static ErrorRecord RolloutRefused(RolloutPlan plan) => Make(
        new InvalidOperationException(plan.Gateway + " cannot carry the configuration: " + FirstError(plan.Diagnostics)),
        "RolloutRefused",
        ErrorCategory.InvalidOperation,
        plan,
        "See the diagnostics of the plan (the target object of this error).");

    /// <summary>A comparison with a gateway that does not answer.</summary>
    public static ErrorRecord DriftUndetermined(DriftResult drift) => Make(
        new InvalidOperationException(drift.Gateway + ": " + drift.Outcome),
        "DriftUndetermined",
        ErrorCategory.ResourceUnavailable,
        drift,
        drift.IsOnlyWritten ? "Roll out with Sync-ApertureConfig -ReloadCommand and -HealthUrl, so that the load is seen. Without -Quiet the command returns a result with Status and ExitCode 2."
        : "Check that Aperture is up and that -ChallengeUrl is the address where it listens, and run the command again.");

    /// <summary>Paywalls that do not compile, found by a comparison with a gateway.</summary>
    public static ErrorRecord CompileInvalid(DriftResult result) => Make(
        new InvalidDataException("The paywalls do not compile: " + FirstError(result.Diagnostics)),
        "CompileInvalid",
        ErrorCategory.InvalidData,
        result,
        ReconcileRemedies.For(ReconcileFailureCodes.CompileValidationFailed, FirstError(result.Diagnostics)));

    /// <summary>An event that was not ingested; the id is its code.</summary>
    /// <param name="source">Source of the event.</param>
    /// <param name="rejected">The event.</param>
    public static ErrorRecord EventRejected(string source, RejectedEvent rejected) => Make(
        new InvalidDataException(source + ", " + rejected),
        rejected.Code,
        rejected.Code switch
        {
            "ControlPlaneTransportError" => ErrorCategory.ConnectionError,
            RejectionCodes.NotSent => ErrorCategory.OperationStopped,
            RejectionCodes.UnknownService => ErrorCategory.ObjectNotFound,
            _ => ErrorCategory.InvalidData,
        },
        rejected,
        rejected.Remedy);

    /// <summary>A record for which there is no exception of the domain.</summary>
    public static ErrorRecord Create(string id, string message, ErrorCategory category, object? target, string remedy) =>
        Make(new InvalidOperationException(TerminalText.Clean(message)), id, category, target, remedy);

    private static string? FirstError(IReadOnlyList<Diagnostic> diagnostics) =>
        diagnostics.FirstOrDefault(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)?.ToString();

    private static ErrorRecord Make(Exception exception, string id, ErrorCategory category, object? target, string remedy) =>
        new(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(TerminalText.Clean(exception.Message)) { RecommendedAction = TerminalText.Clean(remedy) },
        };

    private static ErrorCategory GetCategory(LightningOpsException failure) => failure switch
    {
        ConfigException or CredentialValidationException => ErrorCategory.InvalidArgument,
        PaywallAuthoringException authoring => GetCategory(authoring),
        ControlPlaneTransportException transport when IsRefusal(transport.Reason) => ErrorCategory.AuthenticationError,
        ControlPlaneTransportException => ErrorCategory.ConnectionError,
        ControlPlaneDecodeException or InvalidPreimageException or ApertureConfigFormatException or LoopbackConfigException or JsonTreeException or StoreVersionException => ErrorCategory.InvalidData,
        FileNotTrustedException or SecretBindingException or GatewayAddressException => ErrorCategory.SecurityError,
        GatewayRegistryException => ErrorCategory.InvalidData,
        GatewaySecretException => ErrorCategory.ObjectNotFound,
        StoreException store => GetCategory(store.Code),
        GatewayException or PayeeNodeException => ErrorCategory.ConnectionError,
        L402Exception => ErrorCategory.InvalidData,
        L402TransportException => ErrorCategory.ConnectionError,
        L402NoChallengeException => ErrorCategory.InvalidResult,
        L402PaymentDeniedException => ErrorCategory.PermissionDenied,
        L402PaymentFailedException => ErrorCategory.ConnectionError,
        L402PaymentPendingException => ErrorCategory.ResourceBusy,
        L402PreimageMismatchException or CredentialKeyException => ErrorCategory.SecurityError,
        L402CredentialRejectedException => ErrorCategory.AuthenticationError,
        SettlementImportStoppedException => ErrorCategory.ConnectionError,
        LeaseHeldException => ErrorCategory.ResourceBusy,
        LeaseFileException or ArtifactFolderException => ErrorCategory.WriteError,
        ConfirmationException => ErrorCategory.PermissionDenied,
        SmokeRefusedException => ErrorCategory.ResourceBusy,
        SmokeLeftoverException => ErrorCategory.InvalidResult,
        _ => ErrorCategory.NotSpecified,
    };

    private static ErrorCategory GetCategory(PaywallAuthoringException failure) => failure.Tag switch
    {
        "PaywallNotFound" => ErrorCategory.ObjectNotFound,
        "PaywallConflict" => ErrorCategory.ResourceExists,
        "PaywallInvalid" => ErrorCategory.InvalidData,
        _ => ErrorCategory.PermissionDenied,
    };

    private static ErrorCategory GetCategory(string storeCode) => storeCode switch
    {
        "store_locked" => ErrorCategory.ResourceBusy,
        "store_readonly" => ErrorCategory.PermissionDenied,
        "store_path_invalid" => ErrorCategory.InvalidArgument,
        "store_not_found" => ErrorCategory.ObjectNotFound,
        "duplicate_paywall" or "store_corrupt" => ErrorCategory.InvalidData,
        _ => ErrorCategory.WriteError,
    };

    private static ErrorCategory GetCategory(string failureCode, ReconcileResult result) => failureCode switch
    {
        ReconcileFailureCodes.CompileValidationFailed => ErrorCategory.InvalidData,
        ReconcileFailureCodes.Cancelled => ErrorCategory.OperationStopped,
        ReconcileFailureCodes.DeployApplyFailed when result.Plan is { IsRefused: true } => ErrorCategory.InvalidOperation,
        ReconcileFailureCodes.ActiveLookupFailed or ReconcileFailureCodes.DeployApplyFailed or ReconcileFailureCodes.HealthCheckFailed or ReconcileFailureCodes.RollbackFailed => ErrorCategory.ConnectionError,
        _ => ErrorCategory.InvalidResult,
    };

    private static object? GetTarget(LightningOpsException failure) => failure switch
    {
        ConfigException config => config.Field,
        PaywallAuthoringException authoring => authoring.PaywallId,
        ControlPlaneTransportException transport => transport.Operation,
        ControlPlaneDecodeException decode => decode.Path,
        FileNotTrustedException file => file.Path,
        SecretBindingException binding => binding.Gateway,
        GatewayAddressException address => address.Gateway,
        GatewayRegistryException registry => registry.Path,
        GatewaySecretException secret => secret.Reference,
        StoreException store => store.Path,
        InvalidPreimageException preimage => preimage.SettlementId,
        GatewayException gateway => gateway.Gateway,
        LoopbackConfigException config => config.Service,
        L402PaymentDeniedException denied => denied.Host,
        L402PaymentFailedException failed => failed.For,
        L402PaymentPendingException pending => pending.For,
        L402PreimageMismatchException mismatch => mismatch.Purchase,
        L402CredentialRejectedException rejected => rejected.Purchase,
        CredentialKeyException key => key.Path,
        LeaseHeldException lease => lease.Gateway,
        LeaseFileException lease => lease.Path,
        ArtifactFolderException artifacts => artifacts.Folder,
        _ => null,
    };

    private static bool IsRefusal(string reason) =>
        reason.StartsWith(UnauthorizedReason, StringComparison.Ordinal) || reason.StartsWith(ForbiddenReason, StringComparison.Ordinal);
}
