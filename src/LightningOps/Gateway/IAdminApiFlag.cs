namespace LightningOps.Gateway;

/// <summary>A gateway of which it is known whether its Aperture has the admin API, which reserves paths.</summary>
internal interface IAdminApiFlag
{
    /// <summary>Whether it has; null where that is not known.</summary>
    bool? HasAdminApi { get; }
}
