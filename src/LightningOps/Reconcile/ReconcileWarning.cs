namespace LightningOps.Reconcile;

/// <summary>What the operator should know about a reconcile beside how it ended.</summary>
/// <param name="Code">
/// <c>event_not_written</c>, <c>event_in_doubt</c>, <c>event_refused</c>, <c>record_not_written</c>, <c>outbox_unavailable</c>,
/// <c>check_skipped</c>, <c>closed_rules_reopened</c>, <c>cancelled</c>, <c>served_unknown</c>, <c>not_taken_back</c> or <c>observability_not_written</c>.
/// </param>
/// <param name="Message">One sentence for people, without a secret.</param>
public sealed record ReconcileWarning(string Code, string Message)
{
    /// <summary>Code and message on one line.</summary>
    public override string ToString() => Code + ": " + Message;
}
