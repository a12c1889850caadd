namespace LightningOps.Tests.Reconcile;

/// <summary>How a call of a control plane fails.</summary>
internal enum ControlPlaneFault
{
    /// <summary>It certainly did not arrive.</summary>
    NotArrived,

    /// <summary>It arrived, and the answer was lost.</summary>
    AnswerLost,

    /// <summary>It may have arrived, and did not.</summary>
    LostInDoubt,

    /// <summary>It was refused as it is.</summary>
    Refused,
}
