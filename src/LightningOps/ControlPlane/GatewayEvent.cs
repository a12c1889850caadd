namespace LightningOps.ControlPlane;

/// <summary>An event of a gateway deployment.</summary>
public sealed record GatewayEvent
{
    /// <summary>Identifier.</summary>
    public required string EventId { get; init; }

    /// <summary>Paywall of the probe route.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>For example gateway_reconcile_applied.</summary>
    public required string EventType { get; init; }

    /// <summary>Severity.</summary>
    public required EventLevel Level { get; init; }

    /// <summary>Request that caused it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Deployment concerned.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash concerned.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>Passed through unchanged.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }
}

/// <summary>The arguments of lightning/ops:recordGatewayDeploymentEvent. It has no id and is never sent twice.</summary>
public sealed record GatewayEventDraft
{
    /// <summary>Paywall of the probe route.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>For example gateway_reconcile_applied.</summary>
    public required string EventType { get; init; }

    /// <summary>Severity.</summary>
    public required EventLevel Level { get; init; }

    /// <summary>Request that caused it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Deployment concerned.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash concerned.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }
}

/// <summary>Filter of gateway events; all given conditions must hold.</summary>
public sealed record GatewayEventQuery
{
    /// <summary>Events of one deployment.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Events of one request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Maximum number, newest first; 100 by default.</summary>
    public int First { get; init; } = 100;
}

/// <summary>Severity of a gateway event.</summary>
public enum EventLevel
{
    /// <summary>Expected.</summary>
    Info,

    /// <summary>A possible problem.</summary>
    Warn,

    /// <summary>A failure.</summary>
    Error,
}
