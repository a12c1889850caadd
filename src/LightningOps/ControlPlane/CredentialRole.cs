namespace LightningOps.ControlPlane;

/// <summary>What a credential of the operator may do.</summary>
public enum CredentialRole
{
    /// <summary>Mint invoices for the gateway.</summary>
    GatewayInvoice,

    /// <summary>Read settlements.</summary>
    SettlementRead,

    /// <summary>Change the control plane.</summary>
    OperatorAdmin,
}
