namespace LightningOps.Tests.Reconcile;

/// <summary>The calls a reconcile makes of a control plane.</summary>
internal enum ControlPlaneCall
{
    List,
    Security,
    Record,
    Event,
}
