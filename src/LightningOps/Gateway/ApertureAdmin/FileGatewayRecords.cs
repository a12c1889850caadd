using System;
using System.IO;
using System.Text;
using System.Text.Json;
using LightningOps.Artifacts;
using LightningOps.Compile;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Keeps the records of gateways in a folder, a JSON file each, written whole: roll-outs to several gateways at once do
/// not meet.
/// </summary>
public sealed class FileGatewayRecords : IGatewayRecords
{
    private readonly string folder;

    /// <summary>Records in a folder, which is made when needed.</summary>
    public FileGatewayRecords(string folder) => this.folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public GatewayRecord Read(string gateway)
    {
        var path = PathOf(gateway);
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<GatewayRecord>(File.ReadAllBytes(path)) ?? throw new JsonException("null")
                : GatewayRecord.Empty;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "read record", "record_not_readable", "Repair or remove " + path + "; without it, services no longer wanted are only removed with Prune.", e);
        }
    }

    /// <inheritdoc/>
    public void Write(string gateway, GatewayRecord record)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(PathOf(gateway), JsonSerializer.SerializeToUtf8Bytes(record), restricted: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "write record", "record_not_writable", "Make " + folder + " writable: no service is made without a record.", e);
        }
    }

    // A name has characters no file name takes.
    private string PathOf(string gateway) => Path.Combine(folder, ConfigHash.Of(Encoding.UTF8.GetBytes(gateway)).Value.Substring("cfg_".Length) + ".json");
}
