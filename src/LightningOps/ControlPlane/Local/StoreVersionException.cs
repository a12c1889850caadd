using System.Globalization;

namespace LightningOps.ControlPlane.Local;

/// <summary>A local store written by a newer version of the module (<c>StoreVersionError</c>).</summary>
public sealed class StoreVersionException : LightningOpsException
{
    /// <summary>Creates the failure of one store.</summary>
    /// <param name="path">The store's file.</param>
    /// <param name="found">Version of its schema.</param>
    /// <param name="supported">Newest version this module knows.</param>
    /// <param name="setting">What names another file.</param>
    public StoreVersionException(string path, int found, int supported, string setting = EnvironmentVariables.Store)
        : base(
            "StoreVersionError",
            string.Format(CultureInfo.InvariantCulture, "{0} has schema version {1}; this module knows up to {2}", path, found, supported),
            "Update the module, or name another store with " + setting + ".")
    {
        Path = path;
        Found = found;
        Supported = supported;
    }

    /// <summary>The store's file.</summary>
    public string Path { get; }

    /// <summary>Version of its schema.</summary>
    public int Found { get; }

    /// <summary>Newest version this module knows.</summary>
    public int Supported { get; }
}
