namespace LightningOps.ControlPlane;

/// <summary>Answer to an invoice update.</summary>
public sealed record InvoiceIngest
{
    /// <summary>Whether the stored invoice changed.</summary>
    public required bool Changed { get; init; }

    /// <summary>The invoice as it now stands.</summary>
    public required Invoice Invoice { get; init; }
}
