using System;
using System.IO;

namespace LightningOps.Files;

/// <summary>
/// Writes in place into a file that cannot be replaced, because something is mounted on it, it has another name, or a
/// new file would not have its owner. The old and the new content are kept complete beside it meanwhile, so that the next command can
/// repair a write interrupted by a crash.
/// </summary>
internal static class InPlaceFile
{
    private const string Old = ".lightningops-old";
    private const string New = ".lightningops-new";

    /// <summary>Writes the content of a complete draft into the target and removes the draft.</summary>
    /// <exception cref="UnauthorizedAccessException">Access to the target or its folder is denied; the target is unchanged.</exception>
    /// <exception cref="IOException">The target cannot be written; <see cref="Repair" /> completes the write.</exception>
    public static void Write(string draft, string target)
    {
        using var stream = OpenTarget(target);
        using var old = KeepOld(target);
        using (var content = new FileStream(draft, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            // The draft keeps its lock under its new name, so that a repairing process sees the running write.
            UnixFile.Rename(draft, Beside(target, New));
            CopyOrGoBack(content, stream, old);
            File.Delete(Beside(target, New));
        }

        File.Delete(Beside(target, Old));
    }

    /// <summary>Writes without a copy beside the target, for a folder that accepts none. A crash may leave the file half-written.</summary>
    /// <exception cref="UnauthorizedAccessException">Access to the target is denied.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static void WriteUnprotected(string target, byte[] content)
    {
        using var before = new MemoryStream(File.ReadAllBytes(target));
        using var stream = OpenTarget(target);
        CopyOrGoBack(new MemoryStream(content), stream, before);
    }

    /// <summary>Checks whether the target may be written.</summary>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void CheckWritable(string target) => OpenTarget(target).Dispose();

    /// <summary>Completes a write that was interrupted by a crash. A file changed by others since then is left unchanged.</summary>
    /// <exception cref="UnauthorizedAccessException">Access to the target or its folder is denied.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static void Repair(string target)
    {
        if (!UnixFile.IsUnix || !IsTrusted(target, Old) || TryOpen(Beside(target, Old)) is not { } old)
        {
            return;
        }

        using (old)
        {
            if (IsTrusted(target, New) && TryOpen(Beside(target, New)) is { } content)
            {
                using (content)
                {
                    Complete(target, ReadAll(old), ReadAll(content));
                }

                File.Delete(Beside(target, New));
            }
        }

        File.Delete(Beside(target, Old));
    }

    private static void Complete(string target, byte[] before, byte[] after)
    {
        if (IsHalfWritten(File.ReadAllBytes(target), before, after))
        {
            using var stream = OpenTarget(target);
            Copy(new MemoryStream(after), stream);
        }
    }

    /// <summary>Whether the file has the beginning of the new content, followed by the old content.</summary>
    private static bool IsHalfWritten(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (now.SequenceEqual(before) || now.SequenceEqual(after))
        {
            return false;
        }

        var same = 0;
        while (same < now.Length && same < after.Length && now[same] == after[same])
        {
            same++;
        }

        return same <= before.Length ? now.Slice(same).SequenceEqual(before.Slice(same)) : now.Length == same;
    }

    private static FileStream OpenTarget(string target)
    {
        try
        {
            // Without a buffer: bytes that could not be written must not be written again after the old content.
            return new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 1);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new UnauthorizedAccessException(
                target + " cannot be replaced with a file of the same owner, group and mode, and this account is not allowed to write to it.", failure);
        }
    }

    /// <summary>Keeps the old content, locked during the write.</summary>
    private static FileStream KeepOld(string target)
    {
        using var draft = DraftFile.CreateBeside(Beside(target, Old), restricted: true);
        using (var old = File.OpenRead(target))
        {
            old.CopyTo(draft.Stream);
        }

        draft.Complete();
        var kept = new FileStream(draft.Path, FileMode.Open, FileAccess.Read, FileShare.None);
        UnixFile.Rename(draft.Path, Beside(target, Old));
        draft.Commit();
        return kept;
    }

    /// <summary>On a full disk there is still room for the old content.</summary>
    private static void CopyOrGoBack(Stream content, FileStream target, Stream before)
    {
        try
        {
            Copy(content, target);
        }
        catch (IOException)
        {
            // The copies beside the target are useless then: it has the old content again.
            before.Position = 0;
            target.Position = 0;
            Copy(before, target);
            throw;
        }
    }

    private static void Copy(Stream content, FileStream target)
    {
        content.CopyTo(target);
        target.SetLength(target.Position);
        target.Flush(flushToDisk: true);
    }

    private static byte[] ReadAll(Stream content)
    {
        using var all = new MemoryStream();
        content.CopyTo(all);
        return all.ToArray();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            // Another process is writing.
            return null;
        }
    }

    /// <summary>In a shared folder, another user could create a file with this name.</summary>
    private static bool IsTrusted(string target, string ending) =>
        UnixFileStatus.FindItself(Beside(target, ending)) is { IsRegular: true } status
        && (status.UserId == 0 || status.UserId == UnixFile.UserId || status.UserId == UnixFileStatus.Find(target)?.UserId);

    private static string Beside(string target, string ending) =>
        Path.Combine(Path.GetDirectoryName(target) ?? ".", "." + Path.GetFileName(target) + ending);
}
