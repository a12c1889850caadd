using System;
using System.IO;

namespace LightningOps.Artifacts;

/// <summary>A file under a unique hidden name that disappears unless it is kept.</summary>
internal sealed class DraftFile : IDisposable
{
    private readonly FileStream _stream;
    private bool _isKept;

    private DraftFile(string path, FileStream stream)
    {
        Path = path;
        _stream = stream;
    }

    public string Path { get; }

    public Stream Stream => _stream;

    /// <summary>
    /// Creates the draft of a target with the permissions the target is to have: no reader the target keeps out can
    /// open the draft, at any time.
    /// </summary>
    public static DraftFile Beside(string target, bool restricted)
    {
        var path = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(target) ?? ".",
            "." + System.IO.Path.GetFileName(target) + "." + Guid.NewGuid().ToString("N") + ".tmp");
        if (!UnixFile.IsUnix || !restricted && !File.Exists(target))
        {
            return new DraftFile(path, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }

        var draft = new DraftFile(path, UnixFile.CreatePrivate(path));
        try
        {
            if (!restricted)
            {
                UnixFile.CopyMode(target, path);
            }

            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>Brings the content to disk and closes the draft.</summary>
    public void Complete()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }

    /// <summary>Says that the draft has its final name.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            if (!_isKept)
            {
                File.Delete(Path);
            }
        }
    }
}
