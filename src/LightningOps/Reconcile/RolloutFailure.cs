using System;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Reconcile.Leases;

namespace LightningOps.Reconcile;

/// <summary>What went wrong in which stage.</summary>
/// <param name="Code">One of <see cref="ReconcileFailureCodes"/>.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Reason">Why, without a secret.</param>
internal sealed record RolloutFailure(string Code, ReconcileStage Stage, string Reason)
{
    public bool IsCancellation => Code == ReconcileFailureCodes.Cancelled;

    /// <summary>The stage as records name it.</summary>
    public string StageName => EnumName.Of(Stage);

    /// <summary>A reason that is safe to record: the module's own failures carry no secret, of others only the type is told.</summary>
    public static string ReasonOf(Exception failure) => failure switch
    {
        GatewayException gateway => gateway.Reason,
        ControlPlaneTransportException transport => transport.Reason,
        LightningOpsException own => own.Message,
        LeaseLostException => ReconcileFailureCodes.LeaseLost,
        OperationCanceledException => "timeout",
        _ => "unexpected:" + failure.GetType().Name,
    };
}
