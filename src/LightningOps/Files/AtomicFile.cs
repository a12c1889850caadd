using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Files;

/// <summary>
/// Writes whole files: under the final name there is the old content or the new, never a part, even when the process
/// is killed. The content goes to a file of a unique name beside the target and to disk before it takes the name. A file
/// that is replaced keeps its owner, group, mode, ACL and extended attributes; where a new file cannot have them, and where
/// something is mounted on the target, it is written in place. A device or a pipe is written through.
/// </summary>
public static class AtomicFile
{
    private const int MaxAttempts = 8;

    /// <summary>Replaces or creates a file.</summary>
    /// <param name="path">The file. A symbolic link stays and what it points to is written; the folder must exist.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <param name="restricted">
    /// Whether only this user may read and write it (mode 0600). Otherwise an existing file keeps its owner, group and mode,
    /// and a new one gets the process's default. On Windows the folder's access list is inherited either way.
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
        if (OpenNode(path) is { } node)
        {
            using (node)
            {
                write(node);
                return;
            }
        }

        var target = GetTarget(path);
        using var draft = DraftFile.CreateBeside(target, restricted);
        write(draft.Stream);
        Place(draft, target, restricted);
    }

    /// <summary>
    /// Writes what must stand in the file whatever becomes of its owner, group and mode: they are kept where they can be;
    /// else it is written in place, in a folder that takes no second file without one; else it is replaced without them.
    /// </summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither the folder nor the file allows it.</exception>
    internal static void WriteRegardless(string path, byte[] content)
    {
        try
        {
            Write(path, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && File.Exists(path))
        {
            try
            {
                InPlaceFile.WriteUnprotected(GetTarget(path), content);
            }
            catch (UnauthorizedAccessException)
            {
                WriteLike(GetTarget(path), content, GetTarget(path));
            }
        }
    }

    /// <summary>
    /// Replaces or creates a file of this module's own beside a file of the operator: it takes the group and mode of that
    /// file, so that whoever may write that one may write this one. A link under the name is replaced, never followed.
    /// </summary>
    /// <param name="path">The file; the folder must exist.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <param name="model">The operator's file; where it does not exist, only the owner may read and write.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it; the old one is untouched.</exception>
    internal static void WriteLike(string path, byte[] content, string model)
    {
        var target = Path.GetFullPath(path);
        using var draft = DraftFile.CreateBeside(target, restricted: true);
        draft.Stream.Write(content, 0, content.Length);
        draft.Complete();
        FileAccessRights.Find(model)?.ApplyGroupAndMode(draft.Path);
        MoveIntoPlace(draft.Path, target);
        draft.Commit();
    }

    /// <summary>Ends the write of a file in place that a crash has cut short (<see cref="Write(string, byte[], bool)"/>).</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it.</exception>
    internal static void Repair(string path) => InPlaceFile.Repair(UnixFile.ResolveLink(Path.GetFullPath(path)));

    /// <summary>Replaces or creates a file with what <paramref name="write"/> puts into the stream, however long that takes.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="write">Writes the content; when it throws, the old file is untouched.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it; the old one is untouched.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, bool restricted = false)
    {
        if (OpenNode(path) is { } node)
        {
            using (node)
            {
                await write(node).ConfigureAwait(false);
                return;
            }
        }

        var target = GetTarget(path);
        using var draft = DraftFile.CreateBeside(target, restricted);
        await write(draft.Stream).ConfigureAwait(false);
        Place(draft, target, restricted);
    }

    /// <summary>Checks whether a file can be written, before its content costs money; leaves nothing behind.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file does not allow it.</exception>
    public static void CheckWritable(string path)
    {
        if (OpenNode(path) is { } node)
        {
            node.Dispose();
            return;
        }

        var target = GetTarget(path);
        using var draft = DraftFile.CreateBeside(target, restricted: false);
        if (!CanTakeName(draft.Path, target))
        {
            InPlaceFile.CheckWritable(target);
        }
    }

    /// <summary>
    /// A device or a pipe, to be written through: a file in its place would not be what others read. Null for what is a
    /// file, or nothing yet.
    /// </summary>
    private static FileStream? OpenNode(string path)
    {
        if (UnixFileStatus.Find(path) is not { IsRegular: false, IsFolder: false } status)
        {
            return null;
        }

        return status switch
        {
            { IsCharacterDevice: true } => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite),
            { IsPipe: true } => OpenPipe(path),
            _ => throw new IOException(path + " is not a file, pipe or character device and cannot be written."),
        };
    }

    private static FileStream OpenPipe(string path)
    {
        // Held until the stream is open: a reader that saw the pipe closed between the two would be gone.
        using var held = UnixFile.HoldForReader(path) ?? throw new IOException(path + " is a pipe without a reader.");
        return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    private static string GetTarget(string path)
    {
        var target = UnixFile.ResolveLink(Path.GetFullPath(path));
        InPlaceFile.Repair(target);
        return target;
    }

    private static void Place(DraftFile draft, string target, bool restricted)
    {
        draft.Complete();
        if (!restricted && !CanTakeName(draft.Path, target))
        {
            InPlaceFile.Write(draft.Path, target);
        }
        else
        {
            try
            {
                MoveIntoPlace(draft.Path, target);
            }
            catch (FileInUseException)
            {
                InPlaceFile.Write(draft.Path, target);
            }
        }

        draft.Commit();
    }

    /// <summary>Whether the draft has all the rights of the file it is to replace, given to it here.</summary>
    private static bool CanTakeName(string draft, string target) =>
        !UnixFile.IsUnix || UnixFileStatus.Find(target) is not { } status || (!status.IsMountPoint && FileAccessRights.Find(target)!.TryApply(draft));

    /// <summary>
    /// File.Replace of Windows wants a target; File.Move wants none. Another process may create or delete the target in
    /// between, so that each may fail for the other's reason.
    /// </summary>
    private static void MoveIntoPlace(string draft, string target)
    {
        if (UnixFile.IsUnix)
        {
            UnixFile.Rename(draft, target);
            return;
        }

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
