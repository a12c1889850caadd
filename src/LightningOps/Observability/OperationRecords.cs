using System;

namespace LightningOps.Observability;

/// <summary>The records of the operations there are, with the members each of them knows (vectors/smoke/observability.json).</summary>
public static class OperationRecords
{
    /// <summary>One reconcile of a gateway.</summary>
    /// <param name="requestId">Request id.</param>
    /// <param name="failureCode">Why it failed, or null.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    public static ObservabilityRecord Reconcile(string requestId, string? failureCode, long atMs) =>
        Control(requestId, "/api/lightning/paywalls/reconcile", failureCode, atMs);

    /// <summary>One compile of what a control plane holds.</summary>
    /// <param name="requestId">Request it is recorded under; null when it is not.</param>
    /// <param name="failureCode">Why it failed, or null.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    public static ObservabilityRecord Compile(string? requestId, string? failureCode, long atMs) =>
        Control(requestId, "/api/lightning/paywalls/compile", failureCode, atMs);

    /// <summary>One look whether a gateway is up.</summary>
    /// <param name="requestId">Request it was made for.</param>
    /// <param name="failureCode">Why it is not, or null.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    public static ObservabilityRecord GatewayHealth(string requestId, string? failureCode, long atMs) => new()
    {
        RequestId = requestId,
        Endpoint = "/l402/health",
        DenyReason = failureCode,
        Executor = ObservabilityExecutor.Gateway,
        Plane = ObservabilityPlane.Gateway,
        ObservedAtMs = atMs,
    };

    /// <summary>One question whether an owner may sell.</summary>
    /// <param name="requestId">Request it was asked for.</param>
    /// <param name="ownerId">The owner.</param>
    /// <param name="denyReasonCode">Why not, or null.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    public static ObservabilityRecord ForGate(string? requestId, string ownerId, string? denyReasonCode, long atMs) =>
        Control(requestId, "/api/lightning/security/gate", denyReasonCode, atMs) with { UserId = ownerId };

    /// <summary>One settlement taken in.</summary>
    /// <param name="paywallId">Id of the paywall.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    /// <returns>The record; request, owner, task, amounts and proof are set with <c>with</c> where they are known.</returns>
    public static ObservabilityRecord Settlement(string paywallId, long atMs) => new()
    {
        PaywallId = paywallId,
        Endpoint = "/api/lightning/paywalls/" + paywallId + "/settlements",
        Executor = ObservabilityExecutor.Gateway,
        Plane = ObservabilityPlane.Settlement,
        ObservedAtMs = atMs,
    };

    /// <summary>One request for something that is sold, paid or not.</summary>
    /// <param name="requestId">Request it was made under, or null.</param>
    /// <param name="address">What was asked for; credentials, query and fragment are left out of the record.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    /// <returns>The record; amounts, proof, cache and reason are set with <c>with</c> where they are known.</returns>
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
