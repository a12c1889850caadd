namespace LightningOps.Gateway.Memory;

/// <summary>When within a call it fails.</summary>
public enum FaultMoment
{
    /// <summary>Before anything was done.</summary>
    Before,

    /// <summary>After it was done whole: the caller cannot tell the two apart.</summary>
    After,
}
