namespace LightningOps.Observability;

/// <summary>Part of the service an operation belongs to (docs/reference/smokes.md#observability-record); written in lower case.</summary>
public enum ObservabilityPlane
{
    /// <summary>Paywalls, deployments, pause and kill switches.</summary>
    Control,

    /// <summary>What a gateway serves and sells.</summary>
    Gateway,

    /// <summary>Invoices and settlements.</summary>
    Settlement,

    /// <summary>What is shown to a user.</summary>
    Ui,
}
