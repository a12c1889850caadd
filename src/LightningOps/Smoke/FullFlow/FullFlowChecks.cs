using System.Collections.Generic;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The checks of the full flow, in the order they are made.</summary>
public static class FullFlowChecks
{
    /// <summary>There are paywalls to sell, and they compile.</summary>
    public const string PaywallCreation = "paywall_creation";

    /// <summary>They are rolled out: the gateway is up, asks for payment and serves who has paid.</summary>
    public const string GatewayReconcile = "gateway_reconcile";

    /// <summary>A request is paid and served.</summary>
    public const string PaidRequest = "paid_request_success";

    /// <summary>While everything is paused a request is refused.</summary>
    public const string PolicyDeny = "policy_deny";

    /// <summary>The settlement is recorded once and tied to the purchase.</summary>
    public const string SettlementCorrelation = "settlement_correlation";

    /// <summary>All of it is in the observability records, each with all members.</summary>
    public const string Observability = "observability";

    /// <summary>The hosted records have the keys both paths must have.</summary>
    public const string HostedParity = "hosted_parity";

    /// <summary>The artifact of the local node has them, too.</summary>
    public const string LocalParity = "local_parity";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PaywallCreation,
        GatewayReconcile,
        PaidRequest,
        PolicyDeny,
        SettlementCorrelation,
        Observability,
        HostedParity,
        LocalParity,
    ];
}
