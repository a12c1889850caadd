using System;

namespace LightningOps.Observability;

/// <summary>Creates the records of all operations, with the members that each of them knows (vectors/smoke/observability.json).</summary>
public static class OperationRecords
{
    /// <summary>One reconcile of a gateway.</summary>
    /// <param name="requestId">Request id.</param>
    /// <param name="failureCode">Code of the failure, or null.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    public static ObservabilityRecord Reconcile(string requestId, string? failureCode, long atMs) =>
        Control(requestId, "/api/lightning/paywalls/reconcile", failureCode, atMs);

    /// <summary>One compile of a control plane.</summary>
    /// <param name="requestId">Request of its record; null when it is not recorded.</param>
    /// <param name="failureCode">Code of the failure, or null.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    public static ObservabilityRecord Compile(string? requestId, string? failureCode, long atMs) =>
        Control(requestId, "/api/lightning/paywalls/compile", failureCode, atMs);

    /// <summary>One health check of a gateway.</summary>
    /// <param name="requestId">Request of the check.</param>
    /// <param name="failureCode">Code of the failure, or null.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    public static ObservabilityRecord GatewayHealth(string requestId, string? failureCode, long atMs) => new()
    {
        RequestId = requestId,
        Endpoint = "/l402/health",
        DenyReason = failureCode,
        Executor = ObservabilityExecutor.Gateway,
        Plane = ObservabilityPlane.Gateway,
        ObservedAtMs = atMs,
    };

    /// <summary>One check whether an owner may sell.</summary>
    /// <param name="requestId">Request of the check.</param>
    /// <param name="ownerId">The owner.</param>
    /// <param name="denyReasonCode">Code of the denial, or null.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    public static ObservabilityRecord ForGate(string? requestId, string ownerId, string? denyReasonCode, long atMs) =>
        Control(requestId, "/api/lightning/security/gate", denyReasonCode, atMs) with { UserId = ownerId };

    /// <summary>One ingested settlement.</summary>
    /// <param name="paywallId">Id of the paywall.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    /// <returns>The record; request, owner, task, amounts and proof are set with <c>with</c> if known.</returns>
    public static ObservabilityRecord Settlement(string paywallId, long atMs) => new()
    {
        PaywallId = paywallId,
        Endpoint = "/api/lightning/paywalls/" + paywallId + "/settlements",
        Executor = ObservabilityExecutor.Gateway,
        Plane = ObservabilityPlane.Settlement,
        ObservedAtMs = atMs,
    };

    /// <summary>One request to a seller, paid or not.</summary>
    /// <param name="requestId">Its request id, or null.</param>
    /// <param name="address">Requested address; credentials, query and fragment are left out of the record.</param>
    /// <param name="atMs">Time, Unix milliseconds.</param>
    /// <returns>The record; amounts, proof, cache and reason are set with <c>with</c> if known.</returns>
    public static ObservabilityRecord Purchase(string? requestId, Uri address, long atMs) => new()
    {
        RequestId = requestId,
        Endpoint = address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : null,
        Executor = ObservabilityExecutor.System,
        Plane = ObservabilityPlane.Gateway,
        ObservedAtMs = atMs,
    };

    private static ObservabilityRecord Control(string? requestId, string endpoint, string? denyReason, long atMs) => new()
    {
        RequestId = requestId,
        Endpoint = endpoint,
        DenyReason = denyReason,
        Executor = ObservabilityExecutor.System,
        Plane = ObservabilityPlane.Control,
        ObservedAtMs = atMs,
    };
}
