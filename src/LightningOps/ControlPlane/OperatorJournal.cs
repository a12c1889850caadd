using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Rules;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>
/// The journal of a control plane: in its store if it keeps one, else in the local store of this machine (Api,
/// Convex). Mock has none.
/// </summary>
public sealed class OperatorJournal : IDisposable
{
    /// <summary>The journal must not delay a stop of sales.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly IJournal journal;
    private readonly string controlPlane;

    private OperatorJournal(IJournal journal, string controlPlane)
    {
        this.journal = journal;
        this.controlPlane = controlPlane;
    }

    /// <summary>The journal of a control plane; nothing is opened yet. Null for Mock.</summary>
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="environment">Current settings; they locate the local store.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static OperatorJournal? Open(ControlPlaneSettings settings, OperatorEnvironment environment) => Open(settings, environment, null);

    /// <summary>The journal of a control plane, with the socket of journald.</summary>
    internal static OperatorJournal? Open(ControlPlaneSettings settings, OperatorEnvironment environment, JournaldSocket? journald)
    {
        if (settings.Mode == ControlPlaneMode.Mock)
        {
            return null;
        }

        var store = settings.StorePath ?? StorePaths.DefaultStorePath(environment);
        return new OperatorJournal(
            settings.Mode is ControlPlaneMode.Api or ControlPlaneMode.Convex
                ? new LocalControlPlane(new LocalStoreOptions { Path = store, Access = settings.StoreAccess, Time = settings.Time })
                : (IJournal)ControlPlaneFactory.Create(settings),
            ControlPlaneTarget.GetName(settings, store))
        {
            Journald = journald ?? new JournaldSocket(),
        };
    }

    /// <summary>
    /// Adds an entry from this process. A journal that cannot be written causes a warning and never an error, so that
    /// a close is not stopped.
    /// </summary>
    /// <param name="deed">The action; machine, process and control plane are added.</param>
    /// <param name="warn">Receives the reason if the entry could not be written.</param>
    /// <returns>The entry, or null.</returns>
    public async Task<JournalEntry?> TryAppendAsync(JournalDraft deed, Action<string> warn)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        try
        {
            using var process = Process.GetCurrentProcess();
            var complete = deed with { Machine = Environment.MachineName, ProcessId = process.Id, ControlPlane = controlPlane };
            var entry = await journal.AppendJournalAsync(complete, limit.Token).ConfigureAwait(false);
            if (Journald.TrySend(entry) is { } reason)
            {
                warn("In the journal, but its head is not in journald: " + reason);
            }

            return entry;
        }
        catch (LightningOpsException failure)
        {
            warn("Not in the journal: " + deed.Action + ". " + failure.Message.TrimEnd('.') + ". " + failure.Remedy);
        }
        catch (OperationCanceledException)
        {
            warn("Not in the journal: " + deed.Action + ". The store was locked for " + MaxWait.TotalSeconds.ToString(CultureInfo.InvariantCulture) + " seconds.");
        }

        return null;
    }

    /// <summary>Keeps the head of each entry outside the store.</summary>
    internal JournaldSocket Journald { get; init; } = new();

    /// <summary>The snapshots in the same store; null if it keeps none.</summary>
    public IDeploymentSnapshots? Snapshots => journal as IDeploymentSnapshots;

    /// <summary>Entries that meet all conditions, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<JournalEntry>> ListAsync(JournalQuery query, CancellationToken cancellationToken) => journal.ListJournalAsync(query, cancellationToken);

    /// <summary>The last entry as a head; null if the journal is empty.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<JournalHead?> FindHeadAsync(CancellationToken cancellationToken) => journal.FindJournalHeadAsync(cancellationToken);

    /// <summary>Checks the chain against itself and against heads kept outside the store.</summary>
    /// <param name="heads">The heads. Without one, entries removed from the end, and a rewritten journal, are not noticed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<JournalCheck> CheckAsync(IReadOnlyList<JournalHead> heads, CancellationToken cancellationToken) => JournalRules.CheckAsync(journal, heads, cancellationToken);

    /// <summary>Closes the store.</summary>
    public void Dispose() => journal.Dispose();
}
