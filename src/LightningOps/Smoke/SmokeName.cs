namespace LightningOps.Smoke;

/// <summary>The smokes there are.</summary>
public enum SmokeName
{
    /// <summary>Compiles what the control plane holds and records the intent.</summary>
    Compile,

    /// <summary>Makes one reconcile of the gateway.</summary>
    Staging,
}
