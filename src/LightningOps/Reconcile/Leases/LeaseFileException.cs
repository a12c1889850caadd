using System;

namespace LightningOps.Reconcile.Leases;

/// <summary>A lease file that cannot be used (<c>LeaseFileError</c>); without a lease nothing is touched.</summary>
public sealed class LeaseFileException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">The cause.</param>
    public LeaseFileException(string path, Exception inner)
        : base("LeaseFileError", path + " cannot be used as a lease: " + inner.Message, "Give this user write access to the folder of " + path + ".", inner) =>
        Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
