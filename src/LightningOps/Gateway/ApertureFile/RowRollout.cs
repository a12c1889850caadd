using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Changes, closes and removes the rows that stand before a file, through the admin API; never makes one of a service of the file but to close it.</summary>
internal sealed class RowRollout
{
    private const int MaxPasses = 3;
    private readonly RowReader reader;

    public RowRollout(RowReader reader) => this.reader = reader;

    /// <summary>Brings what stands before the file to what is written.</summary>
    /// <param name="file">The file as written.</param>
    /// <param name="written">This store's services of it.</param>
    /// <param name="isOurs">Whether a service that is not written is this store's.</param>
    /// <param name="wasRestarted">Whether the process was seen to restart since: then what still differs is a row.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What stands there then.</returns>
    public async Task<LiveRows> ConvergeAsync(LiveFile file, IReadOnlyList<GatewayService> written, Func<string, bool> isOurs, bool wasRestarted, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(written.Select(service => service.Name), StringComparer.Ordinal);
        return await RunAsync(file, rows =>
        {
            var listed = rows.Listed!.GroupBy(service => service.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
            bool IsRow(string name) => wasRestarted || rows.IsStored(name);
            var updates = written
                .Where(service => listed.TryGetValue(service.Name, out var live) && MemberChanges.Between(live, LiveRows.Carried(service)).Count > 0
                    && (IsRow(service.Name) || (service.IsClosed && !live.IsClosed)))
                .OrderByDescending(service => service.IsClosed)
                .Select(service => (AdminStep)new UpdateStep(listed[service.Name], LiveRows.Carried(service)));
            var removed = rows.Listed!.Where(service => !names.Contains(service.Name) && isOurs(service.Name) && IsRow(service.Name)).Select(service => (AdminStep)new DeleteStep(service.Name));
            return updates.Concat(removed).ToArray();
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes what Aperture lists and must not be open; where it was not restarted, a service of the file becomes a row so.</summary>
    public Task<LiveRows> CloseAsync(LiveFile file, Func<GatewayService, bool> closes, CancellationToken cancellationToken) =>
        RunAsync(file, rows => rows.Listed!.Where(closes).Select(service => (AdminStep)new UpdateStep(service, service.Closed())).ToArray(), cancellationToken);

    /// <summary>
    /// Puts back what a global pause closed of others: the row of a service that the file defines is deleted, so that the file
    /// counts at the next start; any other is sent as it stood.
    /// </summary>
    /// <param name="file">The file as it is to be loaded.</param>
    /// <param name="others">The services as they stood.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What is still closed, and the names of the rows that were deleted.</returns>
    public async Task<(IReadOnlyList<GatewayService> Left, IReadOnlyList<string> Deleted)> RestoreOthersAsync(LiveFile file, IReadOnlyList<GatewayService> others, CancellationToken cancellationToken)
    {
        var defined = new HashSet<string>(file.Services.Select(static service => service.Name), StringComparer.Ordinal);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        IEnumerable<GatewayService> FindClosed(LiveRows rows) => others.Where(other => !deleted.Contains(other.Name) && rows.Listed!.Any(live => live.Name == other.Name && live.IsClosed));
        bool IsOfFile(LiveRows rows, GatewayService other) => defined.Contains(other.Name) && rows.Stored is not null && !rows.IsStored(other.Name);
        var rows = await RunAsync(
            file,
            rows => FindClosed(rows)
                .Where(other => !AdminRefusals.IsUnaddressable(other.Name) && !IsOfFile(rows, other))
                .Select(other => defined.Contains(other.Name) ? (AdminStep)new DeleteStep(other.Name) : new UpdateStep(rows.Listed!.First(live => live.Name == other.Name), LiveRows.Carried(other)))
                .ToArray(),
            cancellationToken,
            step => _ = step is DeleteStep && deleted.Add(step.Name)).ConfigureAwait(false);

        // One that the file alone defines is closed until it is loaded again.
        return (rows.Listed is null ? others : FindClosed(rows).Where(other => !IsOfFile(rows, other)).ToArray(), deleted.ToArray());
    }

    private async Task<LiveRows> RunAsync(LiveFile file, Func<LiveRows, IReadOnlyList<AdminStep>> plan, CancellationToken cancellationToken, Action<AdminStep>? done = null)
    {
        var rows = await reader.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        for (var pass = 0; pass < MaxPasses && rows.Listed is not null && reader.Open(file).Api is { } api; pass++)
        {
            var steps = plan(rows);
            if (steps.Count == 0)
            {
                break;
            }

            foreach (var step in steps)
            {
                try
                {
                    if (await api.ExecuteAsync(step, cancellationToken).ConfigureAwait(false))
                    {
                        done?.Invoke(step);
                    }
                }
                catch (GatewayException)
                {
                    // What stands there is read again, and that is what is said.
                }
            }

            rows = await reader.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }
}
