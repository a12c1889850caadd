namespace LightningOps.Smoke.FullFlow;

/// <summary>A check of the full flow that did not pass; it ends the run and becomes part of its result.</summary>
internal sealed class FlowCheckException : LightningOpsException
{
    /// <param name="code">For example <c>full_flow_local_artifact_missing</c>.</param>
    /// <param name="reason">What was found, without a secret.</param>
    public FlowCheckException(string code, string reason)
        : base(code, reason, "Look at the events and the summary of the run.") => Reason = reason;

    public string Reason { get; }
}
