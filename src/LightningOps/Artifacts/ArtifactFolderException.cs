using System;

namespace LightningOps.Artifacts;

/// <summary>The artifacts of a run cannot be written (<c>ArtifactsNotWritten</c>).</summary>
public sealed class ArtifactFolderException : LightningOpsException
{
    /// <summary>Creates the failure of one folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inner">The cause.</param>
    public ArtifactFolderException(string folder, Exception inner)
        : base(
            "ArtifactsNotWritten",
            "The artifacts cannot be written to " + folder + ": " + inner.Message,
            "Give this user write access to " + folder + " and room on its disk, or name another folder with -ArtifactDirectory.",
            inner) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }
}
