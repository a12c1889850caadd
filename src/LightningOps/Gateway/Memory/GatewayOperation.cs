namespace LightningOps.Gateway.Memory;

/// <summary>What can be asked of a gateway, for saying which of it is to fail.</summary>
public enum GatewayOperation
{
    /// <summary>Reading the state.</summary>
    ReadState,

    /// <summary>Applying a configuration.</summary>
    Apply,

    /// <summary>Rolling back.</summary>
    RollBack,

    /// <summary>Closing services.</summary>
    Close,

    /// <summary>The health check.</summary>
    Health,

    /// <summary>The challenge check.</summary>
    Challenge,

    /// <summary>The proxy check.</summary>
    Proxy,
}
