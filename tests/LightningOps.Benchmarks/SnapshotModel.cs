using System.Collections.Generic;

namespace LightningOps.Benchmarks;

/// <summary>Plain objects for System.Text.Json.</summary>
public sealed record SnapshotModel(IReadOnlyList<PaywallModel> Paywalls);

/// <summary>A paywall.</summary>
public sealed record PaywallModel(string PaywallId, string OwnerId, string Name, string Status, long CreatedAtMs, long UpdatedAtMs, PolicyModel Policy, IReadOnlyList<RouteModel> Routes);

/// <summary>A policy.</summary>
public sealed record PolicyModel(string PaywallId, string OwnerId, string PricingMode, long FixedAmountMsats, bool KillSwitch, long CreatedAtMs, long UpdatedAtMs);

/// <summary>A route.</summary>
public sealed record RouteModel(string RouteId, string PaywallId, string OwnerId, string HostPattern, string PathPattern, string UpstreamUrl, string Protocol, long TimeoutMs, long Priority, long CreatedAtMs, long UpdatedAtMs);
