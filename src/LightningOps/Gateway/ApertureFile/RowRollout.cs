using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Changes, closes and removes the rows that precede a file, through the admin API. It creates a row for a service of the file only to close it.</summary>
internal sealed class RowRollout
{
    private const int MaxPasses = 3;
    private readonly RowReader reader;

    public RowRollout(RowReader reader) => this.reader = reader;

    /// <summary>Brings the preceding rows in line with the written services.</summary>
    /// <param name="file">The written file.</param>
    /// <param name="written">This store's services of the file.</param>
    /// <param name="isOurs">Whether a service that is not written belongs to this store.</param>
    /// <param name="wasRestarted">Whether the process was seen to restart since then. A difference that is left is then a row.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The rows afterwards.</returns>
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

    /// <summary>
    /// Closes services in Aperture's list that must not be open. Without a restart, a service of the file becomes a
    /// row that way.
    /// </summary>
    public Task<LiveRows> CloseAsync(LiveFile file, Func<GatewayService, bool> closes, CancellationToken cancellationToken) =>
        RunAsync(file, rows => rows.Listed!.Where(closes).Select(service => (AdminStep)new UpdateStep(service, service.Closed())).ToArray(), cancellationToken);

    /// <summary>
    /// Restores services of others that a global pause closed. The row of a service that the file defines is deleted,
    /// so that the file applies at the next start; any other is sent in its former state.
    /// </summary>
    /// <param name="file">The file to be loaded.</param>
    /// <param name="others">The services in their former state.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Services that are still closed, and the names of the deleted rows.</returns>
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

        // A service that only the file defines is closed until the file is loaded again.
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
                    // The list is read again and determines the result.
                }
            }

            rows = await reader.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }
}
