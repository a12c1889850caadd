using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>Checks a gateway after a roll-back and reports the findings: whether it is up, and the prices of its services.</summary>
/// <param name="pass">The pass.</param>
/// <param name="state">Progress of the roll-out.</param>
/// <param name="closed">Names of the services that were closed again after the roll-back; they ask no price.</param>
internal sealed class RollbackChecks(ReconcilePass pass, RolloutState state, IReadOnlyCollection<string> closed)
{
    /// <summary>Code of the warning with the findings.</summary>
    public const string Code = "after_rollback";

    /// <summary>Runs the checks. The roll-back stands whatever they find.</summary>
    /// <returns>Whether no answer contradicts the previous configuration.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var health = await LookAsync(pass.Gateway.ProbeHealthAsync, cancellationToken).ConfigureAwait(false);
        if (health.Outcome != ProbeOutcome.Passed)
        {
            pass.Warn(Code, "After the roll-back the gateway was checked again: " + (health.Outcome == ProbeOutcome.Failed && health.Reason != ListenerProbe.AddressNotSet ? "IT IS NOT UP (" + health.Reason + ")" : "it is not known whether it is up (" + ProbeReasons.Describe(health.Reason) + ")") + ".");

            // The gateway itself knows whether it is live; a file gateway that is down knows nothing.
            return true;
        }

        var questions = new RouteQuestions(pass.Gateway, pass.Options.ProbeLimit);
        var wrong = new List<string>();
        var right = new List<string>();
        if (questions.CanAsk && state.Before?.Services is { } services)
        {
            var changed = new HashSet<string>(state.Plan?.Changes.Select(change => change.Name) ?? [], StringComparer.Ordinal);
            changed.ExceptWith(closed);
            foreach (var (service, answer) in await AskAsync(questions, services, services.Where(service => GatewayService.NormalizeAuth(service.Auth) == GatewayService.AuthOn && changed.Contains(service.Name)), cancellationToken).ConfigureAwait(false))
            {
                (answer.Outcome == ProbeOutcome.Passed ? right : wrong).Add(answer.Outcome == ProbeOutcome.Passed
                    ? new SellingService(service.Name, service.EffectivePrice).ToString()
                    : service.Name + " (" + answer.Reason + ")");
            }
        }

        pass.Warn(Code, "After the roll-back the gateway was checked again: it is up"
            + (right.Count > 0 ? "; asks the previous price: " + DenyEnforcement.FormatNames(right) : string.Empty)
            + (wrong.Count > 0 ? "; DOES NOT ASK THE PREVIOUS PRICE: " + DenyEnforcement.FormatNames(wrong) : string.Empty)
            + (closed.Count > 0 ? "; closed by the pause or kill switch: " + DenyEnforcement.FormatNames(closed) : string.Empty)
            + (right.Count + wrong.Count == 0 ? "; no price was asked" : string.Empty) + ".");
        return wrong.Count == 0;
    }

    private static async Task<IReadOnlyList<(GatewayService Service, ProbeResult Answer)>> AskAsync(
        RouteQuestions questions, IReadOnlyList<GatewayService> services, IEnumerable<GatewayService> asked, CancellationToken cancellationToken)
    {
        try
        {
            return await questions.AskPricesAsync(services, asked, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            return [];
        }
    }

    private static async Task<ProbeResult> LookAsync(Func<CancellationToken, Task<ProbeResult>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await look(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            return failure is GatewayChangedException changed ? ProbeResult.Skipped(changed.Message) : ProbeResult.Failed(failure is OperationCanceledException ? "timeout" : RolloutFailure.GetReason(failure));
        }
    }
}
