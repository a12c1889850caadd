namespace LightningOps.Gateway;

/// <summary>What becomes of a service when something must not sell any more.</summary>
public enum ClosingVerdict
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It is closed where it was made here; no paywall known is behind it.</summary>
    CloseIfMadeHere,

    /// <summary>It is closed.</summary>
    Close,

    /// <summary>It stays open and is named: an owner may not sell, and whose it is is not known.</summary>
    OwnerUnknown,
}
