using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using LightningOps.Artifacts;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Keeps the records of gateways in one JSON file, written whole.</summary>
public sealed class FileGatewayRecords : IGatewayRecords
{
    private readonly string path;

    /// <summary>Records in a file; its folder is made when needed.</summary>
    public FileGatewayRecords(string path) => this.path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public GatewayRecord Read(string gateway) => ReadAll(gateway).TryGetValue(gateway, out var record) ? record : GatewayRecord.Empty;

    /// <inheritdoc/>
    public void Write(string gateway, GatewayRecord record)
    {
        var all = ReadAll(gateway);
        all[gateway] = record;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(all), restricted: true);
    }

    private Dictionary<string, GatewayRecord> ReadAll(string gateway)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<Dictionary<string, GatewayRecord>>(File.ReadAllBytes(path)) ?? new Dictionary<string, GatewayRecord>()
                : new Dictionary<string, GatewayRecord>();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "read record", "record_not_readable", "Repair or remove " + path + "; without it, services are only removed with Prune.", e);
        }
    }
}
