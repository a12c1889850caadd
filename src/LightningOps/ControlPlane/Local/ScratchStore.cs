using System;
using System.IO;

namespace LightningOps.ControlPlane.Local;

/// <summary>
/// A store for one run, in a separate folder beside an operator's store: on the same disk, with the same permissions,
/// and removed with the object. The operator's store is not touched.
/// </summary>
public sealed class ScratchStore : IDisposable
{
    private ScratchStore(string folder) => Folder = folder;

    /// <summary>The folder; other files of the run may be put there.</summary>
    public string Folder { get; }

    /// <summary>File of the store; created with its folder at first use.</summary>
    public string Path => System.IO.Path.Combine(Folder, "store.db");

    /// <summary>A store beside another; nothing is created yet.</summary>
    /// <param name="storePath">File of the operator's store, which need not exist.</param>
    public static ScratchStore CreateBeside(string storePath)
    {
        var parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(storePath)) ?? ".";
        return new ScratchStore(System.IO.Path.Combine(parent, ".scratch-" + Guid.NewGuid().ToString("N")));
    }

    /// <summary>Removes the store and its folder.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It was never created, or a scanner holds one of its files. It contains nothing of an operator.
        }
    }
}
