using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Http;

namespace LightningOps.Reconcile;

/// <summary>Options to take down a whole gateway that did not close.</summary>
public sealed record LastResortOptions
{
    /// <summary>Program, by its absolute path, and arguments; no shell reads them.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Time limit for the gateway to be seen closed before the command is run.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs the command also when it is not known whether the gateway sells.</summary>
    public bool StopIfUnconfirmed { get; init; }

    /// <summary>Time limit of the command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time limit for the listener to go down after the command.</summary>
    public TimeSpan DownTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Outcome for a gateway that did not close.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="IsSelling">Whether it was seen selling; false if unknown.</param>
/// <param name="WasRun">Whether the stop command was run.</param>
public sealed record GatewayTakeDown(string Gateway, bool IsSelling, bool WasRun)
{
    /// <summary>
    /// Whether something listens there: false when every address at which the gateway is named or was asked refuses
    /// connections, null when unknown.
    /// </summary>
    public bool? Listens { get; init; }

    /// <summary>Why the command failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the gateway is down: the command was run, and nothing listens.</summary>
    public bool IsDown => WasRun && Listens == false;

    /// <summary>The sentence for people.</summary>
    public override string ToString() =>
        Gateway + (IsSelling ? " was seen selling" : " could not be confirmed to be closed")
        + (!WasRun ? ". The stop command was not run: add -StopIfUnconfirmed to run it then, too."
            : (IsDown ? " and was taken down as a whole by the stop command" : ", and the stop command was run") + (Failure is null ? string.Empty : ", which failed: " + Failure)
                + (Listens switch { false => ". Nothing listens there any more.", true => ". SOMETHING STILL LISTENS THERE.", _ => ". It is not known whether something still listens there: check it yourself." }));
}

/// <summary>Takes down a whole gateway that sells although it must not: the last resort of a stop.</summary>
public sealed class LastResort
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(5);
    private readonly IGateway gateway;
    private readonly TimeProvider time;

    /// <summary>The last resort for a gateway, with the system's clock.</summary>
    /// <param name="gateway">The gateway.</param>
    public LastResort(IGateway gateway)
        : this(gateway, TimeProvider.System)
    {
    }

    /// <summary>The last resort for a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="time">Clock of the waits.</param>
    public LastResort(IGateway gateway, TimeProvider time)
    {
        this.gateway = gateway;
        this.time = time;
    }

    private enum Look
    {
        Closed,
        Selling,
        NotKnown,
    }

    /// <summary>Waits until the gateway is seen closed or the time is over, and then runs the command.</summary>
    /// <param name="result">The result of the stop's roll-out; null if it failed before it began.</param>
    /// <param name="isGlobal">Whether everything must stop; otherwise the denials known to the roll-out.</param>
    /// <param name="options">When and how.</param>
    /// <param name="cancellationToken">Stops the looking and the command.</param>
    /// <returns>Null when it is closed.</returns>
    public async Task<GatewayTakeDown?> RunAsync(ReconcileResult? result, bool isGlobal, LastResortOptions options, CancellationToken cancellationToken)
    {
        if (result is { DenialHolds: true } or { Ok: true, Denied: null })
        {
            return null;
        }

        var closing = result?.Denied?.CreateClosing(new ReconcileOptions { RequestId = result.RequestId }) ?? (isGlobal ? Everything : null);
        var begin = time.GetTimestamp();
        var look = await LookAsync(result, closing, cancellationToken).ConfigureAwait(false);
        while (look != Look.Closed && time.GetElapsedTime(begin) < options.CloseTimeout)
        {
            await time.Delay(Pause, cancellationToken).ConfigureAwait(false);
            look = await LookAsync(result, closing, cancellationToken).ConfigureAwait(false);
        }

        if (look == Look.Closed)
        {
            return null;
        }

        var takeDown = new GatewayTakeDown(gateway.Name, look == Look.Selling, look == Look.Selling || options.StopIfUnconfirmed);
        if (!takeDown.WasRun)
        {
            return takeDown;
        }

        var listeners = (gateway as IListenerAddresses)?.GetListeners() ?? [];
        var failure = await new ReloadCommand(options.Command, options.CommandTimeout, time).RunAsync(cancellationToken).ConfigureAwait(false);
        return takeDown with { Failure = failure, Listens = await ListensAsync(listeners, options.DownTimeout, cancellationToken).ConfigureAwait(false) };
    }

    private static GatewayClosing Everything => new()
    {
        RequestId = "stop",
        DeploymentId = DeploymentIds.ForClosing("stop"),
        Decide = static (_, _) => CloseDecision.CloseIfMadeHere,
        IsEverything = true,
        IsListKnown = false,
    };

    /// <summary>The gateway's state: a challenge at a denied route, or open services that are known to be live.</summary>
    private async Task<Look> LookAsync(ReconcileResult? result, GatewayClosing? closing, CancellationToken cancellationToken)
    {
        using var limit = time.CreateCancellationTokenSource(LookTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (await AsksForPaymentAsync(result, either.Token).ConfigureAwait(false))
            {
                return Look.Selling;
            }

            // A file gateway notices here whether its process has come back.
            await gateway.ProbeHealthAsync(either.Token).ConfigureAwait(false);
            var state = await gateway.ReadStateAsync(either.Token).ConfigureAwait(false);
            if (closing is null || state.Evidence == LiveEvidence.NotKnown)
            {
                return Look.NotKnown;
            }

            return gateway.PlanClosing(state, closing) is not { } open ? (closing.FindUndecided(state).Count == 0 ? Look.Closed : Look.NotKnown)
                : open.Changes.Any(change => state.Services?.Any(service => service.Name == change.Name && service.IsClosed) != true) ? Look.Selling
                : Look.NotKnown;
        }
        catch (Exception failure) when (failure is LightningOpsException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Look.NotKnown;
        }
    }

    private async Task<bool> AsksForPaymentAsync(ReconcileResult? result, CancellationToken cancellationToken)
    {
        var denied = result?.Rules.Where(static rule => rule.IsClosed).Select(static rule => rule with { ClosedBy = null }).ToArray() ?? [];
        return ProbeRouteFinder.Find(denied) is { } route
            && (await gateway.ProbeChallengeAsync(route, cancellationToken).ConfigureAwait(false)).StatusCode == PaymentRequired;
    }

    private const int PaymentRequired = 402;

    private async Task<bool?> ListensAsync(IReadOnlyList<string> listeners, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (listeners.Count == 0)
        {
            return null;
        }

        var probe = new ListenerProbe(new GatewayHttpOptions { Tries = 1, Time = time });
        var begin = time.GetTimestamp();
        while (true)
        {
            var answers = new List<bool?>();
            foreach (var listener in listeners)
            {
                answers.Add(await probe.IsListeningAsync(listener, cancellationToken).ConfigureAwait(false));
            }

            bool? listens = answers.Contains(true) ? true : answers.Contains(null) ? null : false;
            if (listens == false || time.GetElapsedTime(begin) >= patience)
            {
                return listens;
            }

            await time.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
