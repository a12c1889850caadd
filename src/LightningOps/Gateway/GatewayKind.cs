namespace LightningOps.Gateway;

/// <summary>The gateways there are.</summary>
public enum GatewayKind
{
    /// <summary>A hosted wrapper around Aperture with ops endpoints.</summary>
    Ops,

    /// <summary>An Aperture with its admin API.</summary>
    ApertureAdmin,

    /// <summary>An Aperture that reads a file.</summary>
    File,

    /// <summary>A gateway on loopback that runs in this session.</summary>
    Loopback,

    /// <summary>A gateway in memory, for trying out and for tests.</summary>
    Memory,
}
