using System;
using System.Linq;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Describes what Ctrl+C left behind, for a pipeline that accepts no more results.</summary>
internal static class StoppedRollout
{
    public static string Describe(RolloutSequenceResult result) => string.Join(System.Environment.NewLine, result.Steps.Select(Describe));

    private static string Describe(RolloutStep step) => step.Gateway + " " + step switch
    {
        { Result: { } reconcile } => FormattableString.Invariant($"ended {reconcile.DeploymentStatus} as {reconcile.DeploymentId}. {reconcile.Standing}"),
        { Error: { } error } => "was not touched: " + error.Message,
        _ => "was not touched.",
    };
}
