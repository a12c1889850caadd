namespace LightningOps.ControlPlane;

/// <summary>State of an invoice; it only moves up: open, then expired or canceled (which stands where both are reported), then settled.</summary>
public enum InvoiceStatus
{
    /// <summary>Not paid yet.</summary>
    Open,

    /// <summary>Withdrawn before payment.</summary>
    Canceled,

    /// <summary>Not paid in time.</summary>
    Expired,

    /// <summary>Paid.</summary>
    Settled,
}
