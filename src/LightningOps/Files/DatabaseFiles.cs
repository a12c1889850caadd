using System;
using System.IO;
using System.Text;

namespace LightningOps.Files;

/// <summary>Recognises SQLite databases and the files that belong to one.</summary>
internal static class DatabaseFiles
{
    private const string KeyEnding = ".key";
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("SQLite format 3\0");
    private static readonly string[] Endings = [KeyEnding, "-wal", "-shm", "-journal"];

    /// <summary>Requires that a file is no database, and neither the key nor the log of the database beside it.</summary>
    /// <exception cref="IOException">It is one.</exception>
    public static void RequireNone(string path)
    {
        if (IsKnownDatabase(path))
        {
            throw new IOException(path + " is a SQLite database, and a command that writes another kind of file does not replace it. Choose another path, or remove the file first.");
        }

        foreach (var ending in Endings)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal) && File.Exists(path) && IsKnownDatabase(path.Substring(0, path.Length - ending.Length)))
            {
                throw new IOException(path + " belongs to the SQLite database beside it, and is not replaced" + (ending == KeyEnding ? ": without its key file a store is lost" : string.Empty) + ". Choose another path.");
            }
        }
    }

    /// <summary>Whether a file is a SQLite database.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static bool IsDatabase(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var begin = new byte[Magic.Length];
        return file.Read(begin, 0, begin.Length) == begin.Length && IsDatabase(begin);
    }

    /// <summary>Whether bytes are those of a SQLite database.</summary>
    public static bool IsDatabase(byte[] bytes) => bytes.AsSpan().StartsWith(Magic);

    // A file that cannot be read is not known; then the write decides.
    private static bool IsKnownDatabase(string path)
    {
        try
        {
            return File.Exists(path) && IsDatabase(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
