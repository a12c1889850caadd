using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using LightningOps.ApertureYaml;
using LightningOps.Files;
using LightningOps.Gateway.Databases;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A gateway whose files show its growth.</summary>
internal interface IApertureGrowth
{
    /// <summary>Reads the growth from its files.</summary>
    /// <exception cref="IOException">The configuration cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The configuration may not be read.</exception>
    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    ApertureGrowth ReadGrowth();
}

/// <summary>Growth of an Aperture, and exposure of its secrets.</summary>
internal sealed record ApertureGrowth
{
    /// <summary>The SQLite file or PostgreSQL database that the configuration names; null where it names none.</summary>
    public string? Database { get; init; }

    /// <summary>Size of the database, with the log of a SQLite file, bytes; null where it cannot be read.</summary>
    public long? DatabaseBytes { get; init; }

    /// <summary>Number of root keys, one for each challenge ever made; null if it cannot be read.</summary>
    public long? RootKeys { get; init; }

    /// <summary>Number of transactions, paid or not; null if it cannot be read.</summary>
    public long? Transactions { get; init; }

    /// <summary>Number of paid transactions; null if it cannot be read.</summary>
    public long? Paid { get; init; }

    /// <summary>Why the database cannot be read; null if it was read.</summary>
    public string? Trouble { get; init; }

    /// <summary>Mode of the database as four octal digits if others can read it; null if they cannot, or on Windows.</summary>
    public string? ReadableMode { get; init; }

    /// <summary>Address of the admin API if other machines can reach it; null if they cannot.</summary>
    public string? PublicAdminAddress { get; init; }

    /// <summary>Durations of the last observed starts in milliseconds, newest last.</summary>
    public IReadOnlyList<long> StartsMs { get; init; } = [];
}

/// <summary>Reads the growth of an Aperture from its files; nothing is changed.</summary>
internal static class ApertureGrowthReader
{
    private const int OthersRead = 4;

    /// <summary>The growth of one Aperture.</summary>
    /// <param name="file">Its aperture.yaml.</param>
    /// <param name="record">What is recorded beside it; null where nothing is.</param>
    /// <param name="role">Reads a database in PostgreSQL; null where none is set.</param>
    public static ApertureGrowth Read(LiveFile file, LoadedRecord? record, DatabaseRole? role)
    {
        var growth = new ApertureGrowth
        {
            StartsMs = record?.StartsMs ?? (record?.StartMs is { } last ? [last] : []),
            PublicAdminAddress = file.HasAdminApi && IsPublic(file.ListenAddress) ? file.ListenAddress : null,
        };
        if (file.DatabaseServer is { } server)
        {
            return ReadServer(growth with { Database = server.ToString() }, server, role);
        }

        if (file.DatabaseFile is not { } path || !Path.IsPathRooted(path))
        {
            return growth;
        }

        growth = growth with { Database = path };
        if (!File.Exists(path))
        {
            return growth with { Trouble = path + " does not exist" };
        }

        var (counts, trouble) = ApertureDatabaseFile.Count(path);
        return growth with
        {
            DatabaseBytes = GetSize(path) + GetSize(path + "-wal"),
            RootKeys = counts?.RootKeys,
            Transactions = counts?.Transactions,
            Paid = counts?.Paid,
            Trouble = trouble,
            ReadableMode = UnixFile.IsUnix && UnixFileStatus.Find(path) is { } status && (status.Mode & OthersRead) != 0 ? Convert.ToString(status.Mode & 0xFFF, 8).PadLeft(4, '0') : null,
        };
    }

    private static ApertureGrowth ReadServer(ApertureGrowth growth, DatabaseAddress server, DatabaseRole? role)
    {
        var (counts, trouble) = role?.Count(server) ?? (null, server + ": " + DatabaseRole.Missing);
        return growth with
        {
            DatabaseBytes = counts?.Bytes,
            RootKeys = counts?.Rows.RootKeys,
            Transactions = counts?.Rows.Transactions,
            Paid = counts?.Rows.Paid,
            Trouble = trouble,
        };
    }

    private static long GetSize(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>Whether an address accepts connections from other machines. A missing one is Aperture's default, all interfaces.</summary>
    internal static bool IsPublic(string? listenAddress)
    {
        if (listenAddress is null)
        {
            return false;
        }

        var host = listenAddress.Substring(0, Math.Max(0, listenAddress.LastIndexOf(':'))).Trim('[', ']');
        return host.Length == 0 || (IPAddress.TryParse(host, out var address) ? !IPAddress.IsLoopback(address) : !string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase));
    }
}
