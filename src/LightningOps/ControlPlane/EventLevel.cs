namespace LightningOps.ControlPlane;

/// <summary>How grave a gateway event is.</summary>
public enum EventLevel
{
    /// <summary>Expected.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>A failure.</summary>
    Error,
}
