using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.Authoring;

/// <summary>
/// Adds, changes and removes paywalls of a local store. Each change is compiled with the stored paywalls and stored
/// completely or not at all, while no other process writes.
/// </summary>
public sealed class PaywallAuthor
{
    private readonly IPaywallEditor store;
    private readonly IControlPlane controlPlane;
    private readonly TimeProvider time;
    private readonly Uuid7 ids;

    /// <summary>An author of the paywalls of a control plane, with the system's clock.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <exception cref="PaywallAuthoringException">The control plane does not accept changes of paywalls.</exception>
    public PaywallAuthor(IControlPlane controlPlane)
        : this(controlPlane, TimeProvider.System)
    {
    }

    internal PaywallAuthor(IControlPlane controlPlane, TimeProvider time)
    {
        store = controlPlane as IPaywallEditor ?? throw CreateRefusal(controlPlane);
        this.controlPlane = controlPlane;
        this.time = time;
        ids = new Uuid7(time, RandomNumberGenerator.Create());
    }

    /// <summary>Adds a paywall at the end.</summary>
    /// <param name="paywallId">Its id; null makes one.</param>
    /// <param name="ownerId">Its owner.</param>
    /// <param name="members">Its members.</param>
    /// <param name="isTrial">Whether to check only and store nothing.</param>
    /// <param name="cancellationToken">Stops it; nothing is then stored.</param>
    /// <exception cref="PaywallAuthoringException">A member is wrong, or the paywall exists already.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<AuthoredPaywall> AddAsync(string? paywallId, string ownerId, PaywallMembers members, bool isTrial, CancellationToken cancellationToken)
    {
        var id = paywallId ?? "pw_" + ids.Next();
        return EditAsync(
            stored =>
            {
                if (stored.Any(paywall => paywall.PaywallId == id))
                {
                    throw PaywallAuthoringException.Exists(id);
                }

                var composer = CreateComposer(members);
                return new Edit(null, composer.Create(id, members.OwnerId ?? ownerId), composer.Problems);
            },
            isTrial,
            cancellationToken);
    }

    /// <summary>Changes members of a paywall.</summary>
    /// <param name="paywallId">The paywall.</param>
    /// <param name="members">The members to change.</param>
    /// <param name="readAtMs">The update time that the caller has read; null to change any version.</param>
    /// <param name="isTrial">Whether to check only and store nothing.</param>
    /// <param name="cancellationToken">Stops it; nothing is then stored.</param>
    /// <exception cref="PaywallAuthoringException">A member is wrong, the paywall does not exist, or it was changed since.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<AuthoredPaywall> ChangeAsync(string paywallId, PaywallMembers members, long? readAtMs, bool isTrial, CancellationToken cancellationToken) => EditAsync(
        stored =>
        {
            var before = stored.FirstOrDefault(paywall => paywall.PaywallId == paywallId) ?? throw PaywallAuthoringException.NotFound(paywallId, stored);
            if (readAtMs is { } read && read != before.UpdatedAtMs)
            {
                throw PaywallAuthoringException.ChangedSince(paywallId, read, before.UpdatedAtMs);
            }

            var composer = CreateComposer(members);
            return new Edit(before, composer.Change(before), composer.Problems);
        },
        isTrial,
        cancellationToken);

    /// <summary>Checks that every paywall and route of a snapshot has an id. No command could name one without.</summary>
    /// <param name="snapshot">The paywalls to be imported.</param>
    /// <exception cref="PaywallAuthoringException">Some have none; names all of them.</exception>
    public static void RequireIds(IReadOnlyList<Paywall> snapshot)
    {
        var problems = snapshot.SelectMany(static (paywall, place) => FindEmptyIds(paywall, FormattableString.Invariant($"paywalls[{place}]"))).ToArray();
        if (problems.Length > 0)
        {
            throw PaywallAuthoringException.InvalidSnapshot(problems);
        }
    }

    private static IEnumerable<PaywallProblem> FindEmptyIds(Paywall paywall, string path)
    {
        const string Empty = "is empty";
        if (string.IsNullOrWhiteSpace(paywall.PaywallId))
        {
            yield return new PaywallProblem(path + ".paywallId", Empty);
        }

        for (var i = 0; i < paywall.Routes.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(paywall.Routes[i].RouteId))
            {
                yield return new PaywallProblem(FormattableString.Invariant($"{path}.routes[{i}].routeId"), Empty);
            }
        }
    }

    /// <summary>Checks that no paywall of a snapshot has a user name or password in an upstream.</summary>
    /// <param name="snapshot">The paywalls to be imported.</param>
    /// <exception cref="PaywallAuthoringException">The first paywall that has one.</exception>
    public static void RequireNoUserInfo(IEnumerable<Paywall> snapshot)
    {
        foreach (var paywall in snapshot)
        {
            if (paywall.Routes.Select(static route => PaywallComposer.FindUserInfo(route.UpstreamUrl, route.RouteId)).OfType<PaywallProblem>().ToArray() is { Length: > 0 } problems)
            {
                throw PaywallAuthoringException.Invalid(paywall.PaywallId, problems);
            }
        }
    }

    /// <summary>Removes a paywall.</summary>
    /// <returns>The paywall that was removed, with a warning if no other one is left.</returns>
    /// <exception cref="PaywallAuthoringException">The paywall does not exist.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<AuthoredPaywall> RemoveAsync(string paywallId, CancellationToken cancellationToken)
    {
        Paywall? removed = null;
        IReadOnlyList<Diagnostic> warnings = [];
        await store.EditPaywallsAsync(
            stored =>
            {
                removed = stored.FirstOrDefault(paywall => paywall.PaywallId == paywallId) ?? throw PaywallAuthoringException.NotFound(paywallId, stored);
                var others = stored.Where(paywall => !ReferenceEquals(paywall, removed)).ToArray();
                warnings = removed.Status != PaywallStatus.Archived && IsNoneLeft(others) ? [CreateNoneLeft(removed)] : [];
                return others;
            },
            cancellationToken).ConfigureAwait(false);
        return new AuthoredPaywall(removed!, IsChanged: true, warnings);
    }

    /// <summary>Pauses a paywall. No other paywall is read. An archived paywall sells nothing and stays archived.</summary>
    /// <exception cref="PaywallAuthoringException">The paywall does not exist.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<Paywall> SuspendAsync(string paywallId, string? requestId, CancellationToken cancellationToken) =>
        SetStatusAsync(paywallId, requestId, static paywall => paywall.Status == PaywallStatus.Archived ? PaywallStatus.Archived : PaywallStatus.Paused, cancellationToken);

    /// <summary>Activates a paywall. No other paywall is read.</summary>
    /// <exception cref="PaywallAuthoringException">The paywall does not exist, or it is archived.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<Paywall> ResumeAsync(string paywallId, string? requestId, CancellationToken cancellationToken) =>
        SetStatusAsync(
            paywallId,
            requestId,
            static paywall => paywall.Status == PaywallStatus.Archived ? throw PaywallAuthoringException.Archived(paywall.PaywallId) : PaywallStatus.Active,
            cancellationToken);

    private async Task<Paywall> SetStatusAsync(string paywallId, string? requestId, Func<Paywall, PaywallStatus> decide, CancellationToken cancellationToken) =>
        await store.ChangePaywallAsync(
            paywallId,
            paywall => decide(paywall) is var status && status == paywall.Status
                ? paywall
                : paywall with { Status = status, UpdatedAtMs = Math.Max(NowMs, paywall.UpdatedAtMs + 1), RequestId = requestId ?? paywall.RequestId },
            cancellationToken).ConfigureAwait(false) ?? throw PaywallAuthoringException.NotFound(paywallId, await TryListAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The paywalls for the text of an error; null if they cannot be read.</summary>
    private async Task<IReadOnlyList<Paywall>?> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException)
        {
            return null;
        }
    }

    private async Task<AuthoredPaywall> EditAsync(Func<IReadOnlyList<Paywall>, Edit> decide, bool isTrial, CancellationToken cancellationToken)
    {
        if (isTrial)
        {
            var listed = controlPlane is IPaywallStore all ? await all.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false) : [];
            return Check(listed, decide(listed), cancellationToken);
        }

        AuthoredPaywall? authored = null;
        await store.EditPaywallsAsync(
            stored =>
            {
                var edit = decide(stored);
                authored = Check(stored, edit, cancellationToken);
                return edit.Before is null ? [.. stored, edit.After] : stored.Select(paywall => ReferenceEquals(paywall, edit.Before) ? edit.After : paywall).ToArray();
            },
            cancellationToken).ConfigureAwait(false);
        return authored!;
    }

    private static AuthoredPaywall Check(IReadOnlyList<Paywall> stored, Edit edit, CancellationToken cancellationToken)
    {
        var others = stored.Where(paywall => !ReferenceEquals(paywall, edit.Before));
        var found = new PaywallValidation(others, cancellationToken).Check(edit.After, out var warnings);
        if (edit is { Before.Status: not PaywallStatus.Archived, After.Status: PaywallStatus.Archived } && IsNoneLeft(others))
        {
            warnings = [.. warnings, CreateNoneLeft(edit.After)];
        }

        var problems = edit.Problems.Concat(found.Where(problem => edit.Problems.All(own => own.Member != problem.Member))).ToArray();
        return problems.Length == 0
            ? new AuthoredPaywall(edit.After, !ReferenceEquals(edit.Before, edit.After), warnings)
            : throw PaywallAuthoringException.Invalid(edit.After.PaywallId, problems);
    }

    private static bool IsNoneLeft(IEnumerable<Paywall> paywalls) => paywalls.All(static paywall => paywall.Status == PaywallStatus.Archived);

    /// <summary>The next roll-out removes every service, which the guard rails stop where nobody is asked and there are several.</summary>
    private static Diagnostic CreateNoneLeft(Paywall last) => new()
    {
        Code = "no_paywall_left",
        Severity = DiagnosticSeverity.Warn,
        Message = "This was the last paywall. Gateways that serve it go on until the next Sync-ApertureConfig, which removes it. At a gateway with several services of this store that exceeds the guard rails, unless the plan is confirmed or approved, or -MaxRemovePercent allows it",
        PaywallId = last.PaywallId,
    };

    private PaywallComposer CreateComposer(PaywallMembers members) => new(members, NowMs, () => "rt_" + ids.Next());

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    internal static PaywallAuthoringException CreateRefusal(IControlPlane controlPlane) => controlPlane is ControlPlane.Mock.MockControlPlane
        ? PaywallAuthoringException.Elsewhere("mock has fixed paywalls for trials", "Use -Mode Local, or Connect-LightningOps -Mode Local.")
        : PaywallAuthoringException.Elsewhere(
            "it is hosted, and its owners change them in the service that hosts it",
            "Change the paywall there and run Sync-ApertureConfig. Or use -Mode Local for paywalls of this machine.");

    private sealed record Edit(Paywall? Before, Paywall After, IReadOnlyList<PaywallProblem> Problems);
}

/// <summary>A paywall as it was stored.</summary>
/// <param name="Paywall">The paywall.</param>
/// <param name="IsChanged">Whether it differs from the version before.</param>
/// <param name="Warnings">Warnings of the compile for it.</param>
public sealed record AuthoredPaywall(Paywall Paywall, bool IsChanged, IReadOnlyList<Diagnostic> Warnings);
