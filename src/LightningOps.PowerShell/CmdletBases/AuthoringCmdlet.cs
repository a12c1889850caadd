using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>
/// A cmdlet that creates, changes or removes paywalls of a local store. A hosted control plane refuses, and states
/// where its owners change them.
/// </summary>
public abstract class AuthoringCmdlet : ControlPlaneCmdlet
{
    /// <summary>Owner of new paywalls: the session's, the environment's or the default.</summary>
    private protected string SessionOwner => EffectiveEnvironment.Find(EnvironmentVariables.OwnerId) ?? SettingDefinition.DefaultOwner;

    /// <summary>Request of the change, for example <c>author:local:1795367198056</c>.</summary>
    private protected string NewRequestId() => FormattableString.Invariant($"author:{GetModeName(EffectiveMode)}:{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");

    /// <summary>Runs work with the author of the paywalls.</summary>
    /// <param name="mayCreate">Whether to create a missing store.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PaywallAuthoringException">The control plane does not accept changes here.</exception>
    private protected async Task WithAuthorAsync(bool mayCreate, Func<PaywallAuthor, Task> work, CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane();
        var author = new PaywallAuthor(controlPlane);
        if (!mayCreate)
        {
            await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
        }

        await work(author).ConfigureAwait(false);
    }

    /// <summary>Writes the warnings of the compile, the paywall and, if it was changed, an entry of the journal.</summary>
    private protected async Task WriteAsync(AuthoredPaywall authored, string action)
    {
        Warn(authored);
        WriteObject(authored.Paywall);
        if (authored.IsChanged)
        {
            await JournalPaywallAsync(authored.Paywall.PaywallId, action, Describe(authored.Paywall)).ConfigureAwait(false);
        }
    }

    /// <summary>Writes an entry of the journal about a paywall.</summary>
    private protected Task JournalPaywallAsync(string paywallId, string action, string? detail = null) =>
        JournalAsync(EffectiveMode, new JournalDraft { Kind = JournalKind.Paywall, Action = action, Subject = paywallId, Detail = detail });

    /// <summary>Writes the warnings of the compile.</summary>
    private protected void Warn(AuthoredPaywall authored)
    {
        foreach (var warning in authored.Warnings)
        {
            WriteWarning(authored.Paywall.PaywallId + ": " + warning.Message.TrimEnd('.') + " (" + warning.Code + ").");
        }
    }

    /// <summary>A paywall on one line: name, id, price.</summary>
    private protected static string Describe(Paywall paywall) =>
        FormattableString.Invariant($"paywall {paywall.PaywallId} ({paywall.Name}), {new Msats(paywall.Policy.FixedAmountMsats).SatoshisRoundedUp} sat ({paywall.Policy.FixedAmountMsats} msat) a request");
}
