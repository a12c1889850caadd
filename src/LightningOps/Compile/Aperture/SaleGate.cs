using System;
using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Decides what must not sell (docs/reference/compile.md#sale-gate): everything under a global pause, an owner's
/// paywalls under the kill switch, a paused or killed paywall, and a paywall with a quota of 0.
/// </summary>
internal sealed class SaleGate
{
    private readonly GlobalControl? global;
    private readonly Dictionary<string, OwnerControl> killedOwners = new(StringComparer.Ordinal);

    public SaleGate(SecurityState? security)
    {
        if (security is null)
        {
            return;
        }

        global = security.Global;
        foreach (var owner in security.OwnerControls)
        {
            if (owner.KillSwitch)
            {
                killedOwners[owner.OwnerId] = owner;
            }
        }
    }

    public Diagnostic? GlobalDiagnostic => global is { GlobalPause: true }
        ? Closed(SaleGateCodes.GlobalPause, "Closed by the global pause", null, global.DenyReasonCode, global.DenyReason)
        : null;

    /// <summary>The code that closes the paywall, or null when it sells; the widest reason comes first.</summary>
    public string? ClosedBy(Paywall paywall)
    {
        if (global is { GlobalPause: true })
        {
            return SaleGateCodes.GlobalPause;
        }

        if (killedOwners.Count > 0 && killedOwners.ContainsKey(paywall.OwnerId))
        {
            return SaleGateCodes.OwnerKillSwitch;
        }

        if (paywall.Policy.KillSwitch)
        {
            return SaleGateCodes.PaywallKillSwitch;
        }

        if (paywall.Status != PaywallStatus.Active)
        {
            return SaleGateCodes.PaywallPaused;
        }

        return HasNoQuota(paywall.Policy) ? SaleGateCodes.QuotaZero : null;
    }

    /// <summary>The reasons that closed one paywall, except the global pause.</summary>
    public IEnumerable<Diagnostic> GetDiagnostics(Paywall paywall)
    {
        if (killedOwners.TryGetValue(paywall.OwnerId, out var owner))
        {
            // Reports and logs are posted by CI, so the message does not name the owner.
            yield return Closed(SaleGateCodes.OwnerKillSwitch, "Closed by the kill switch of the paywall's owner", paywall.PaywallId, owner.DenyReasonCode, owner.DenyReason) with { OwnerId = paywall.OwnerId };
        }

        if (paywall.Policy.KillSwitch)
        {
            yield return Closed(SaleGateCodes.PaywallKillSwitch, "Closed by the paywall's kill switch", paywall.PaywallId, null, null);
        }

        if (paywall.Status != PaywallStatus.Active)
        {
            yield return Closed(SaleGateCodes.PaywallPaused, "Closed because the paywall is paused", paywall.PaywallId, null, null);
        }

        if (HasNoQuota(paywall.Policy))
        {
            yield return Closed(SaleGateCodes.QuotaZero, "Closed because a quota is 0", paywall.PaywallId, null, null);
        }
    }

    private static bool HasNoQuota(PaywallPolicy policy) => policy.QuotaPerMinute <= 0 || policy.QuotaPerDay <= 0;

    private static Diagnostic Closed(string code, string message, string? paywallId, string? denyReasonCode, string? denyReason) => new()
    {
        Code = code,
        Severity = DiagnosticSeverity.Warn,
        Message = message,
        PaywallId = paywallId,
        Details = denyReasonCode is null
            ? null
            : DiagnosticDetails.Create("denyReasonCode", denyReasonCode, "denyReason", denyReason ?? string.Empty),
    };
}

/// <summary>Codes that keep a rule from selling: those of the diagnostics and of <see cref="CompiledRule.ClosedBy" />.</summary>
internal static class SaleGateCodes
{
    public const string GlobalPause = "global_pause";

    public const string OwnerKillSwitch = "owner_kill_switch";

    public const string PaywallKillSwitch = "paywall_kill_switch";

    public const string PaywallPaused = "paywall_paused";

    public const string QuotaZero = "quota_zero";
}
