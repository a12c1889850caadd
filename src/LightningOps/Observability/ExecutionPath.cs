namespace LightningOps.Observability;

/// <summary>Whose Lightning node an operation relies on (docs/reference/smokes.md#observability-record); written <c>local-node</c> and <c>hosted-node</c>.</summary>
public enum ExecutionPath
{
    /// <summary>A node on the user's machine.</summary>
    LocalNode,

    /// <summary>The hosted node.</summary>
    HostedNode,
}
