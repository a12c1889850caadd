using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Gateway.Records;

/// <summary>Records with a copy on this machine, from which a close is made while they cannot be read.</summary>
internal interface ICopiedRecords
{
    /// <summary>The record of a gateway as last seen on this machine; null if it never was. It may be out of date.</summary>
    Task<GatewayRecord?> FindCopyAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Keeps a close until the record can be read again, which then includes it.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="closed">Closed services.</param>
    /// <param name="others">Former state of closed services of others.</param>
    /// <returns>Whether it was kept.</returns>
    Task<bool> TryKeepCloseAsync(string gateway, IReadOnlyList<string> closed, IReadOnlyList<GatewayService> others);
}

/// <summary>
/// Records of a team's store, each with a copy in a folder of this account: a stop must know which services were made
/// here although the store is down.
/// </summary>
internal sealed class CopiedGatewayRecords : IGatewayRecords, ICopiedRecords
{
    private readonly IGatewayRecords inner;
    private readonly FileGatewayRecords copies;
    private readonly FileGatewayRecords closes;
    private readonly string store;

    /// <param name="inner">The records; disposed here.</param>
    /// <param name="folder">Folder of the copies.</param>
    /// <param name="store">Name of the store; the copies of another one are not used.</param>
    public CopiedGatewayRecords(IGatewayRecords inner, string folder, string store)
    {
        this.inner = inner;
        this.store = store;
        copies = new FileGatewayRecords(Path.Combine(folder, "copies"));
        closes = new FileGatewayRecords(Path.Combine(folder, "closes"));
    }

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The store cannot be read.</exception>
    public async Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken)
    {
        var record = await inner.ReadAsync(gateway, cancellationToken).ConfigureAwait(false);
        if (JsonSerializer.Serialize(await TryReadAsync(copies, gateway, cancellationToken).ConfigureAwait(false)) != JsonSerializer.Serialize(record))
        {
            await TryWriteAsync(copies, gateway, record).ConfigureAwait(false);
        }

        return await FindCloseAsync(gateway, cancellationToken).ConfigureAwait(false) is { } kept ? Combine(record, kept) : record;
    }

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The store cannot be written.</exception>
    public async Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken)
    {
        await inner.WriteAsync(gateway, record, cancellationToken).ConfigureAwait(false);
        await TryWriteAsync(copies, gateway, record).ConfigureAwait(false);
        if (await FindCloseAsync(gateway, cancellationToken).ConfigureAwait(false) is not null)
        {
            await TryWriteAsync(closes, gateway, GatewayRecord.Empty).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<GatewayRecord?> FindCopyAsync(string gateway, CancellationToken cancellationToken) =>
        await TryReadAsync(copies, gateway, cancellationToken).ConfigureAwait(false) is { } copy && !IsEmpty(copy) ? copy : null;

    /// <inheritdoc/>
    public async Task<bool> TryKeepCloseAsync(string gateway, IReadOnlyList<string> closed, IReadOnlyList<GatewayService> others) =>
        await TryWriteAsync(closes, gateway, Combine(await FindCloseAsync(gateway, CancellationToken.None).ConfigureAwait(false) ?? GatewayRecord.Empty, new GatewayRecord { Closed = closed, Others = others })).ConfigureAwait(false);

    /// <summary>Closes the store.</summary>
    public void Dispose() => inner.Dispose();

    private static bool IsEmpty(GatewayRecord record) => record.Names.Count == 0 && record.ConfigHash is null;

    private static GatewayRecord Combine(GatewayRecord record, GatewayRecord kept)
    {
        // A service that the copy did not list may have been made here.
        var made = new HashSet<string>(record.Names, StringComparer.Ordinal);
        var closed = kept.Closed.Concat(kept.Others.Select(static service => service.Name).Where(made.Contains));
        return record with
        {
            Closed = record.Closed.Union(closed, StringComparer.Ordinal).ToArray(),
            Others = AdminOthers.Keep(record.Others, kept.Others.Where(service => !made.Contains(service.Name))),
        };
    }

    private async Task<GatewayRecord?> FindCloseAsync(string gateway, CancellationToken cancellationToken) =>
        await TryReadAsync(closes, gateway, cancellationToken).ConfigureAwait(false) is { } kept && kept.Closed.Count + kept.Others.Count > 0 ? kept : null;

    private async Task<GatewayRecord?> TryReadAsync(FileGatewayRecords records, string gateway, CancellationToken cancellationToken)
    {
        try
        {
            return await records.ReadAsync(store + " " + gateway, cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayException)
        {
            // A damaged copy is none.
            return null;
        }
    }

    private async Task<bool> TryWriteAsync(FileGatewayRecords records, string gateway, GatewayRecord record)
    {
        try
        {
            await records.WriteAsync(store + " " + gateway, record, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (GatewayException)
        {
            // The store has it; only a stop while the store is down would use the copy.
            return false;
        }
    }
}
