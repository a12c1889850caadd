using System;

namespace LightningOps.ControlPlane.Local;

/// <summary>A local store that cannot be used (<c>StoreError</c>); the file is named, its content never quoted.</summary>
public sealed class StoreException : LightningOpsException
{
    /// <summary>Creates the failure of one store.</summary>
    /// <param name="code">For example <c>store_locked</c>.</param>
    /// <param name="path">The store's file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    public StoreException(string code, string path, string reason, string remedy, Exception? inner = null)
        : base("StoreError", code + ": " + path + " " + reason, remedy, inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>store_locked, store_corrupt, store_readonly, store_not_found, store_full, store_path_invalid, store_failed or duplicate_paywall.</summary>
    public string Code { get; }

    /// <summary>The store's file.</summary>
    public string Path { get; }
}
