using System;
using System.IO;

namespace LightningOps.Files;

/// <summary>The path is a folder, but a file is required. The runtime reports that as denied access or as an existing file.</summary>
public sealed class FolderAsFileException : IOException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The folder.</param>
    public FolderAsFileException(string path)
        : base(path + " is a folder, not a file.") => Folder = path;

    /// <summary>The folder.</summary>
    public string Folder { get; }
}

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
            "Grant this user write access to " + folder + " and free space on its disk, or specify another folder with -ArtifactDirectory.",
            inner) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }
}
