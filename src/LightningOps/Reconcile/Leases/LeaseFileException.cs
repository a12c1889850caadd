using System;
using System.IO;

namespace LightningOps.Reconcile.Leases;

/// <summary>A lease file that cannot be used (<c>LeaseFileError</c>); without a lease nothing is touched.</summary>
public sealed class LeaseFileException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">The cause.</param>
    public LeaseFileException(string path, Exception inner)
        : base("LeaseFileError", path + " cannot be used as a lease: " + inner.Message, RemedyFor(path, inner), inner) =>
        Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    private static string RemedyFor(string path, Exception inner) => inner is UnauthorizedAccessException or DirectoryNotFoundException
        ? "Give this user write access to " + path + " and to its folder."
        : "Look whether the disk of " + path + " is full or read-only, and what lies under that name.";
}
