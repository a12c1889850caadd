namespace LightningOps.Gateway;

/// <summary>What one check of a gateway found.</summary>
public sealed record ProbeResult
{
    /// <summary>How it ended.</summary>
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>HTTP status, when there was an answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why it failed or was skipped, without a secret.</summary>
    public string? Reason { get; init; }

    /// <summary>The Authorization header to use next. A secret: never shown.</summary>
    internal string? Authorization { get; init; }

    /// <summary>The challenge to pay for, as it came. It names an invoice and a token: never shown.</summary>
    internal string? Challenge { get; init; }

    internal static ProbeResult Passed(int statusCode) => new() { Outcome = ProbeOutcome.Passed, StatusCode = statusCode };

    internal static ProbeResult Failed(string reason, int? statusCode = null) =>
        new() { Outcome = ProbeOutcome.Failed, Reason = reason, StatusCode = statusCode };

    internal static ProbeResult Skipped(string reason, int? statusCode = null) =>
        new() { Outcome = ProbeOutcome.Skipped, Reason = reason, StatusCode = statusCode };

    /// <summary>Outcome, status and reason; challenge and authorization are left out.</summary>
    public override string ToString() => Outcome + (StatusCode is { } status ? " " + status.ToString(System.Globalization.CultureInfo.InvariantCulture) : string.Empty) + (Reason is null ? string.Empty : ": " + Reason);
}
