using LightningOps.Compile;

namespace LightningOps.Gateway.Probes;

/// <summary>Result of one check of a gateway.</summary>
public sealed record ProbeResult
{
    /// <summary>How it ended.</summary>
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>HTTP status, when there was an answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why it failed or was skipped, without a secret.</summary>
    public string? Reason { get; init; }

    /// <summary>The requested address without its query; null if there was no request.</summary>
    public string? Address { get; init; }

    /// <summary>The Authorization header to use next. A secret: never shown.</summary>
    internal string? Authorization { get; init; }

    /// <summary>The challenge to pay for, unchanged. It contains an invoice and a token: never shown.</summary>
    internal string? Challenge { get; init; }

    /// <summary>The result of each endpoint, in their order; null for a gateway without endpoints.</summary>
    internal System.Collections.Generic.IReadOnlyList<ProbeResult>? Endpoints { get; init; }

    internal static ProbeResult Passed(int statusCode) => new() { Outcome = ProbeOutcome.Passed, StatusCode = statusCode };

    internal static ProbeResult Failed(string reason, int? statusCode = null) =>
        new() { Outcome = ProbeOutcome.Failed, Reason = reason, StatusCode = statusCode };

    internal static ProbeResult Skipped(string reason, int? statusCode = null) =>
        new() { Outcome = ProbeOutcome.Skipped, Reason = reason, StatusCode = statusCode };

    /// <summary>Outcome, status and reason; challenge and authorization are left out.</summary>
    public override string ToString() => Outcome + (StatusCode is { } status ? " " + status.ToString(System.Globalization.CultureInfo.InvariantCulture) : string.Empty) + (Address is null || Outcome == ProbeOutcome.Passed ? string.Empty : " at " + Address) + (Reason is null ? string.Empty : ": " + Reason);
}

/// <summary>Outcome of a check.</summary>
public enum ProbeOutcome
{
    /// <summary>Passed.</summary>
    Passed,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>Skipped; it must not be reported as passed.</summary>
    Skipped,
}

/// <summary>Common reasons of skipped or failed checks.</summary>
internal static class ProbeReasons
{
    public const string NoRouteSells = "no_route_sells";
    public const string MissingAuthorization = "missing_proxy_authorization_header";
    public const string NoPayer = "no_payer";
    public const string NoProbeAddress = "no_probe_address";
    public const string NoChallenge = "no_challenge";

    /// <summary>The reason in words, for messages.</summary>
    public static string? Describe(string? reason) => reason switch
    {
        NoRouteSells => "no route sells",
        MissingAuthorization => "no Authorization header to present",
        NoPayer => "no wallet to pay with",
        NoProbeAddress => "no address to probe",
        NoChallenge => "no challenge to pay",
        _ => reason,
    };

    /// <summary>Why there is nothing to check at the route, or null.</summary>
    public static string? ForRoute(ProbeRoute? route) => route is null || route.Rule.IsClosed ? NoRouteSells : null;
}

/// <summary>The route of the checks: the first rule that sells, with a request that it matches.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Host">A Host header the rule matches.</param>
/// <param name="Path">A path that the rule and no earlier one matches.</param>
public sealed record ProbeRoute(CompiledRule Rule, string Host, string Path);
