using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Files;

/// <summary>
/// Writes whole files: the file has the old content or the new one, never a part, even if the process is killed. The
/// content goes to a uniquely named file beside the target and to disk before it takes the name. A replaced file
/// keeps its owner, group, mode, ACL and extended attributes. If a new file cannot have them, something is mounted on the
/// target, or the file has several names (hard links), the file is written in place. A device or a pipe is written directly.
/// A SQLite database and its key file are never replaced: a mistyped path would cost a store with its books.
/// </summary>
public static class AtomicFile
{
    private const int MaxAttempts = 8;

    /// <summary>Replaces or creates a file.</summary>
    /// <param name="path">The file. A symbolic link stays and its target is written; the folder must exist.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <param name="restricted">Whether only this user may read and write it (mode 0600). Otherwise an existing file
    /// keeps its owner, group and mode, and a new one gets the process's default. On Windows the file inherits the
    /// folder's access list in both cases.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied; the old one is unchanged.</exception>
    public static void Write(string path, byte[] content, bool restricted = false) =>
        Write(path, stream => stream.Write(content, 0, content.Length), restricted);

    /// <summary>Replaces or creates a file with the content that <paramref name="write"/> writes.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="write">Writes the content. If it throws, the old file is unchanged.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied; the old one is unchanged.</exception>
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

        WriteTo(GetTarget(path), write, restricted);
    }

    /// <summary>Replaces a database with another one.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="content">The database.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied; the old one is unchanged.</exception>
    internal static void WriteDatabase(string path, byte[] content, bool restricted) =>
        WriteTo(GetRepairedTarget(path), stream => stream.Write(content, 0, content.Length), restricted);

    /// <summary>
    /// Writes content that must reach the file even if its owner, group and mode are lost. They are kept if possible.
    /// Otherwise the file is written in place, without a second file if the folder accepts none. As a last resort it
    /// is replaced without them.
    /// </summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder and to the file is denied.</exception>
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
    /// Replaces or creates a file of this module beside a file of the operator. It gets the group and mode of that
    /// file, so that users who may write that one may write this one. A link under the name is replaced, never
    /// followed.
    /// </summary>
    /// <param name="path">The file; the folder must exist.</param>
    /// <param name="content">The file's new bytes.</param>
    /// <param name="model">The operator's file. If it does not exist, only the owner may read and write.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied; the old file is unchanged.</exception>
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

    /// <summary>Completes a write in place that was interrupted by a crash ({Write(string, byte[], bool)}).</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied.</exception>
    internal static void Repair(string path) => InPlaceFile.Repair(UnixFile.ResolveLink(Path.GetFullPath(path)));

    /// <summary>Replaces or creates a file with the content that <paramref name="write"/> writes, which may take any time.</summary>
    /// <param name="path">The file, as in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <param name="write">Writes the content. If it throws, the old file is unchanged.</param>
    /// <param name="restricted">As in <see cref="Write(string, byte[], bool)"/>.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied; the old one is unchanged.</exception>
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
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied.</exception>
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
    /// A device or a pipe, to be written directly, because its readers would not see a replacement. Null for a file
    /// or a missing path.
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
        // Held until the stream is open. A reader that saw the pipe closed in between would end.
        using var held = UnixFile.HoldForReader(path) ?? throw new IOException(path + " is a pipe without a reader.");
        return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    private static string GetTarget(string path)
    {
        var target = GetRepairedTarget(path);
        DatabaseFiles.RequireNone(target);
        return target;
    }

    private static string GetRepairedTarget(string path)
    {
        var target = UnixFile.ResolveLink(Path.GetFullPath(path));
        InPlaceFile.Repair(target);
        return target;
    }

    private static void WriteTo(string target, Action<Stream> write, bool restricted)
    {
        using var draft = DraftFile.CreateBeside(target, restricted);
        write(draft.Stream);
        Place(draft, target, restricted);
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

    /// <summary>Gives the draft the rights of the file to replace; false if it cannot have all of them.</summary>
    private static bool CanTakeName(string draft, string target) =>
        !UnixFile.IsUnix || UnixFileStatus.Find(target) is not { } status || (status is { IsMountPoint: false, LinkCount: <= 1 } && FileAccessRights.Find(target)!.TryApply(draft));

    /// <summary>
    /// On Windows File.Replace needs a target and File.Move needs none. Another process may create or delete the
    /// target in between, so either may fail.
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
