using System.IO;

namespace LightningOps.Artifacts;

/// <summary>A folder was given where a file is asked for; the runtime calls that a denied access or a file that exists.</summary>
public sealed class FolderAsFileException : IOException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The folder.</param>
    public FolderAsFileException(string path)
        : base(path + " is a folder, not a file.") => Folder = path;

    /// <summary>The folder.</summary>
    public string Folder { get; }
}
