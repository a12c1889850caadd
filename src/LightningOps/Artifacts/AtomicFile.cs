using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Artifacts;

/// <summary>
/// Writes whole files: under the final name there is the old content or the new, never a part, even when the process
/// is killed. The content goes to a file of a unique name beside the target and to disk before it takes the name.
/// </summary>
public static class AtomicFile
{
    private const int MaxAttempts = 8;

    /// <summary>Replaces or creates a file.</summary>
    /// <param name="path">The file. A symbolic link stays and what it points to is written; the folder must exist.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <param name="restricted">
    /// Whether only the owner may read and write it (mode 0600). Otherwise an existing file keeps its mode and a new
    /// one gets the process's default. On Windows the folder's access list is inherited either way.
    /// </param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it; the old one is untouched.</exception>
    public static void Write(string path, byte[] content, bool restricted = false) =>
        Write(path, stream => stream.Write(content, 0, content.Length), restricted);

    /// <summary>Replaces or creates a file with what <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="write">Writes the content; when it throws, the old file is untouched.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it; the old one is untouched.</exception>
    public static void Write(string path, Action<Stream> write, bool restricted = false)
    {
        var target = UnixFile.ResolveLink(Path.GetFullPath(path));
        using var draft = DraftFile.Beside(target, restricted);
        write(draft.Stream);
        draft.Complete();
        PutInPlace(draft.Path, target);
        draft.Keep();
    }

    /// <summary>Replaces or creates a file with what <paramref name="write"/> puts into the stream, however long that takes.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="write">Writes the content; when it throws, the old file is untouched.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it; the old one is untouched.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, bool restricted = false)
    {
        var target = UnixFile.ResolveLink(Path.GetFullPath(path));
        using var draft = DraftFile.Beside(target, restricted);
        await write(draft.Stream).ConfigureAwait(false);
        draft.Complete();
        PutInPlace(draft.Path, target);
        draft.Keep();
    }

    /// <summary>Finds out whether a file could be written, for who must know before the content costs something; nothing stays behind.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it.</exception>
    public static void CheckWritable(string path) =>
        DraftFile.Beside(UnixFile.ResolveLink(Path.GetFullPath(path)), restricted: false).Dispose();

    /// <summary>
    /// File.Replace is one rename on Unix and ReplaceFile on Windows, but wants a target; File.Move wants none. Another
    /// process may create or delete the target in between, so that each may fail for the other's reason.
    /// </summary>
    private static void PutInPlace(string draft, string target)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (File.Exists(target))
                {
                    File.Replace(draft, target, destinationBackupFileName: null);
                }
                else
                {
                    File.Move(draft, target);
                }

                return;
            }
            catch (IOException) when (attempt < MaxAttempts && File.Exists(draft) && !Directory.Exists(target))
            {
            }
        }
    }
}
