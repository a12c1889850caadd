using System.Collections.Generic;

namespace LightningOps.Paywalls;

/// <summary>Price, caps, quotas and switches of a paywall (docs/reference/control-plane.md#records).</summary>
public sealed record PaywallPolicy
{
    /// <summary>The paywall the policy belongs to.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Only <c>fixed</c> compiles; other values are kept so that a diagnostic can name them.</summary>
    public required string PricingMode { get; init; }

    /// <summary>Price of one request, millisatoshis, not negative.</summary>
    public Msats FixedAmountMsats { get; init; }

    /// <summary>Most that one request may cost, millisatoshis, or null for no cap.</summary>
    public Msats? MaxPerRequestMsats { get; init; }

    /// <summary>Hosts the paywall may sell on; empty or null allows any.</summary>
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    /// <summary>Hosts the paywall must not sell on.</summary>
    public IReadOnlyList<string>? BlockedHosts { get; init; }

    /// <summary>Requests a minute for one credential; 0 closes the paywall, null sets no limit.</summary>
    public long? QuotaPerMinute { get; init; }

    /// <summary>Requests a day for one credential; 0 closes the paywall, null sets no limit.</summary>
    public long? QuotaPerDay { get; init; }

    /// <summary>Whether the paywall's own kill switch is on.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }
}
