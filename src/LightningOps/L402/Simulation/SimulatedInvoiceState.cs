namespace LightningOps.L402.Simulation;

/// <summary>How an invoice of a simulated node stands.</summary>
public enum SimulatedInvoiceState
{
    /// <summary>It may be paid.</summary>
    Open,

    /// <summary>It is paid.</summary>
    Settled,

    /// <summary>Its time is over.</summary>
    Expired,
}
