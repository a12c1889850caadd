namespace LightningOps.Gateway;

/// <summary>What a roll-out does to a service.</summary>
public enum ServiceChangeKind
{
    /// <summary>Is not served yet.</summary>
    Added,

    /// <summary>Is served with other members.</summary>
    Changed,

    /// <summary>Is served at another place of the order, relative to the services that stay.</summary>
    Moved,

    /// <summary>Is served open and becomes a closed service.</summary>
    Closed,

    /// <summary>Is served closed and becomes an open service.</summary>
    Opened,

    /// <summary>Is served and goes.</summary>
    Removed,
}
