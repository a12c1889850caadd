using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane.Offline;

/// <summary>A store with pending denials. Its paywalls can be changed; the denials are sent before.</summary>
internal sealed class OfflineStore : OfflineControlPlane, IPaywallStore, IPaywallEditor
{
    private readonly IPaywallStore store;
    private readonly IPaywallEditor editor;

    /// <param name="inner">The store; disposed here.</param>
    /// <param name="editor">The same store.</param>
    /// <param name="pending">The pending switches.</param>
    /// <param name="name">Name of the control plane.</param>
    /// <param name="time">Clock of the switches set here.</param>
    /// <param name="warn">Receives messages about pending, sent and overruled switches.</param>
    public OfflineStore(IControlPlane inner, IPaywallEditor editor, PendingSwitches pending, string name, TimeProvider time, Action<string> warn)
        : base(inner, pending, name, time, warn)
    {
        store = (IPaywallStore)inner;
        this.editor = editor;
    }

    public async Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await store.ImportPaywallsAsync(snapshot, mode, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await store.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Paywall>> EditPaywallsAsync(Func<IReadOnlyList<Paywall>, IReadOnlyList<Paywall>> edit, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await editor.EditPaywallsAsync(edit, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Paywall?> ChangePaywallAsync(string paywallId, Func<Paywall, Paywall> change, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await editor.ChangePaywallAsync(paywallId, change, cancellationToken).ConfigureAwait(false);
    }
}
