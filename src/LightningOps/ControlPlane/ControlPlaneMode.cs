namespace LightningOps.ControlPlane;

/// <summary>Which control plane is used.</summary>
public enum ControlPlaneMode
{
    /// <summary>In memory, with the fixtures of the recorded smokes.</summary>
    Mock,

    /// <summary>A SQLite file on this machine.</summary>
    Local,

    /// <summary>The Laravel internal API.</summary>
    Api,

    /// <summary>The Convex HTTP API.</summary>
    Convex,
}
