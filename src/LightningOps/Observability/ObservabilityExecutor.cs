namespace LightningOps.Observability;

/// <summary>Who carried an operation out (docs/reference/smokes.md#observability-record); written in lower case.</summary>
public enum ObservabilityExecutor
{
    /// <summary>A wallet on the user's desktop.</summary>
    Desktop,

    /// <summary>The gateway.</summary>
    Gateway,

    /// <summary>The operator's side: this module, a control plane.</summary>
    System,
}
