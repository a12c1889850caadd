using System;
using System.IO;

namespace LightningOps.Files;

/// <summary>A file under a unique hidden name that is deleted unless it is committed.</summary>
internal sealed class DraftFile : IDisposable
{
    private readonly FileStream stream;
    private bool isCommitted;

    private DraftFile(string path, FileStream stream)
    {
        Path = path;
        this.stream = stream;
    }

    public string Path { get; }

    public Stream Stream => stream;

    /// <summary>
    /// Creates the draft of a target. If it is to replace a file or to be restricted, only its owner may open it, so
    /// that no reader excluded by the target can ever open the draft.
    /// </summary>
    /// <exception cref="FolderAsFileException">The target is a folder.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    /// <exception cref="IOException">The draft cannot be created for another reason.</exception>
    public static DraftFile CreateBeside(string target, bool restricted)
    {
        if (Directory.Exists(target))
        {
            throw new FolderAsFileException(target);
        }

        try
        {
            return Create(target, restricted);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException("Access to the folder of " + target + " is denied.", exception);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // The runtime's message names the draft, which the caller does not know.
            throw new DirectoryNotFoundException("The folder of " + target + " does not exist or cannot contain files.", exception);
        }
    }

    private static DraftFile Create(string target, bool restricted)
    {
        var path = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(target) ?? ".",
            "." + System.IO.Path.GetFileName(target) + "." + Guid.NewGuid().ToString("N") + ".tmp");
        return new DraftFile(
            path,
            UnixFile.IsUnix && (restricted || File.Exists(target)) ? UnixFile.CreatePrivate(path) : new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    /// <summary>Flushes the content to disk and closes the draft.</summary>
    public void Complete()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
    }

    /// <summary>Marks the draft as having its final name.</summary>
    public void Commit() => isCommitted = true;

    public void Dispose()
    {
        try
        {
            stream.Dispose();
        }
        finally
        {
            if (!isCommitted)
            {
                File.Delete(Path);
            }
        }
    }
}
