using System;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;

namespace LightningOps.Gateway.Records;

/// <summary>
/// Stores the records of gateways in a folder, one atomically written JSON file each, so that concurrent roll-outs to
/// different gateways do not conflict.
/// </summary>
internal sealed class FileGatewayRecords : IGatewayRecords
{
    private readonly string folder;

    /// <summary>Records in a folder, which is created when needed.</summary>
    public FileGatewayRecords(string folder) => this.folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The file is damaged or cannot be read.</exception>
    public Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken) => Task.Run(() => Read(gateway), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The file cannot be written.</exception>
    public Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken) => Task.Run(() => Write(gateway, record), cancellationToken);

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private GatewayRecord Read(string gateway)
    {
        var path = GetPath(gateway);
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<GatewayRecord>(File.ReadAllBytes(path)) ?? throw new JsonException("null")
                : GatewayRecord.Empty;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "read record", "record_not_readable", "Repair or remove " + path + ". Without it, services no longer desired are removed only with -Prune.", e);
        }
    }

    private void Write(string gateway, GatewayRecord record)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(GetPath(gateway), JsonSerializer.SerializeToUtf8Bytes(record), restricted: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "write record", "record_not_writable", "Make " + folder + " writable. No service is created without a record.", e);
        }
    }

    // A name may contain characters that a file name cannot.
    private string GetPath(string gateway) => Path.Combine(folder, ConfigHash.Compute(Encoding.UTF8.GetBytes(gateway)).Value.Substring("cfg_".Length) + ".json");
}
