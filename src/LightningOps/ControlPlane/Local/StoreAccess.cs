namespace LightningOps.ControlPlane.Local;

/// <summary>What may be done with a store's file.</summary>
public enum StoreAccess
{
    /// <summary>It is read and written, made when something is first recorded, and brought to the newest schema.</summary>
    Write,

    /// <summary>It is read and not touched; one that is not there is taken for an empty store.</summary>
    Read,

    /// <summary>It is read and not touched; one that is not there is a failure.</summary>
    ReadExisting,
}
