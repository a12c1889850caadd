using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LightningOps.Files;
using LightningOps.Json;

namespace LightningOps.Gateway.Databases;

/// <summary>
/// A copy in a file: an identifying line, a line of JSON, and the encrypted database. Both lines are authenticated
/// with it.
/// </summary>
internal sealed record DatabaseCopy(bool IsPostgres, DateTimeOffset CreatedAt, string Source, bool HasPassphrase, byte[] Content)
{
    private const string Magic = "LightningOps copy of an Aperture database, version 1\n";
    private const int SaltSize = 16;

    /// <summary>Writes the copy, readable by this account only. An earlier copy is replaced, another file never.</summary>
    /// <exception cref="ApertureDatabaseException">The file is not a copy.</exception>
    public void Write(string path, DatabaseKey key)
    {
        RequireReplaceable(path);
        var salt = new byte[SaltSize];
        using (var random = RandomNumberGenerator.Create())
        {
            random.GetBytes(salt);
        }

        var head = Magic + ArtifactJson.Serialize(new Dictionary<string, object>
        {
            ["database"] = IsPostgres ? "postgres" : "sqlite",
            ["createdAt"] = CreatedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["source"] = Source,
            ["key"] = key.IsPassphrase ? "passphrase" : "file",
            ["salt"] = Convert.ToBase64String(salt),
        }) + "\n";
        var box = key.Open(salt, makesFile: true).Seal(Content, head);
        AtomicFile.Write(
            path,
            stream =>
            {
                var begin = Encoding.UTF8.GetBytes(head);
                stream.Write(begin, 0, begin.Length);
                stream.Write(box, 0, box.Length);
            },
            restricted: true);
    }

    /// <summary>Reads a copy.</summary>
    /// <exception cref="ApertureDatabaseException">The file is not a copy, is damaged, or was made with another key.</exception>
    public static DatabaseCopy Read(string path, DatabaseKey key)
    {
        var file = File.ReadAllBytes(path);
        var first = Array.IndexOf(file, (byte)'\n');
        var second = first < 0 ? -1 : Array.IndexOf(file, (byte)'\n', first + 1);
        var head = second < 0 ? string.Empty : Encoding.UTF8.GetString(file, 0, second + 1);
        if (!head.StartsWith(Magic, StringComparison.Ordinal))
        {
            throw Unreadable(path, "is not a copy made by Backup-ApertureDatabase.", null);
        }

        try
        {
            using var json = JsonDocument.Parse(head.Substring(Magic.Length));
            string Text(string member) => json.RootElement.GetProperty(member).GetString()!;
            var box = key.Open(Convert.FromBase64String(Text("salt")), makesFile: false);
            return new DatabaseCopy(
                Text("database") == "postgres",
                DateTimeOffset.Parse(Text("createdAt"), System.Globalization.CultureInfo.InvariantCulture),
                Text("source"),
                Text("key") == "passphrase",
                box.Open(file.AsSpan(second + 1).ToArray(), head));
        }
        catch (Exception e) when (e is InvalidDataException or CryptographicException or JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable(path, "cannot be opened: it was made with another key, or it was changed.", e);
        }
    }

    private static void RequireReplaceable(string path)
    {
        var begin = new byte[Magic.Length];
        if (File.Exists(path) && UnixFileStatus.Find(path) is null or { IsRegular: true })
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > 0 && (file.Read(begin, 0, begin.Length) < begin.Length || Encoding.UTF8.GetString(begin) != Magic))
            {
                throw ApertureDatabaseException.NotReplaced(path);
            }
        }
    }

    private static ApertureDatabaseException Unreadable(string path, string reason, Exception? inner) => ApertureDatabaseException.BackupUnreadable(
        path, reason, "Name a copy and the key file (-KeyPath) or the passphrase (-Key) it was made with.", inner);
}
