using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Result of a compile: rules in match order, diagnostics, the artifact and its hash.</summary>
public sealed record CompileResult : IReportable
{
    /// <summary>The rendering.</summary>
    public required ArtifactFormat Format { get; init; }

    /// <summary>Whether there is an artifact: no diagnostic is an error.</summary>
    public required bool Valid { get; init; }

    /// <summary>Hash of the artifact's bytes; the snapshot's hash when the compile is not valid.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Hash of the paywalls as received.</summary>
    public required string SnapshotHash { get; init; }

    /// <summary>Rules in match order; empty when the compile is not valid.</summary>
    public required IReadOnlyList<CompiledRule> Rules { get; init; }

    /// <summary>Diagnostics in the contract's order.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>The artifact, UTF-8 without BOM, LF line ends; empty when the compile is not valid.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Artifact { get; init; }

    /// <summary>Number of rules.</summary>
    public int RuleCount => Rules.Count;

    /// <summary>The artifact as text, or null when the compile is not valid.</summary>
    public string? ApertureYaml => Valid ? Encoding.UTF8.GetString(Artifact.ToArray()) : null;

    /// <summary>The request the compile was recorded under, or null when it was not recorded.</summary>
    public string? RequestId { get; init; }

    /// <summary>State recorded in the control plane, or null when nothing was recorded.</summary>
    public DeploymentStatus? DeploymentStatus { get; init; }

    /// <summary>Deployment recorded in the control plane, or null when nothing was recorded.</summary>
    public string? DeploymentId { get; init; }

    RunReport IReportable.ToReport() => CompileReport.Create(this);

    /// <summary>Hash and number of rules; that it is not valid.</summary>
    public override string ToString() => Valid ? FormattableString.Invariant($"{ConfigHash}, {RuleCount} {(RuleCount == 1 ? "rule" : "rules")}") : "not valid: " + DiagnosticsSummary;
}

/// <summary>One compiled route of one paywall: its match, price and upstream.</summary>
public sealed record CompiledRule
{
    /// <summary><c>paywallId:routeId</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>Paywall that sells.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Route sold.</summary>
    public required string RouteId { get; init; }

    /// <summary>Aperture service name, safe inside a caveat (docs/reference/aperture.md#service-name).</summary>
    public required string ServiceName { get; init; }

    /// <summary>Host pattern, trimmed and lower-cased.</summary>
    public required string Host { get; init; }

    /// <summary>Path pattern, trimmed, with a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>Go RE2 expression for the Host header; null in the RouteDocument rendering.</summary>
    public string? HostRegexp { get; init; }

    /// <summary>Go RE2 expression for the URL path; null in the RouteDocument rendering.</summary>
    public string? PathRegexp { get; init; }

    /// <summary>Upstream URL, trimmed.</summary>
    public required string UpstreamUrl { get; init; }

    /// <summary>Protocol to the upstream.</summary>
    public required RouteProtocol Protocol { get; init; }

    /// <summary>Upstream timeout in milliseconds.</summary>
    public required long TimeoutMs { get; init; }

    /// <summary>Smaller numbers are matched first.</summary>
    public required long Priority { get; init; }

    /// <summary>Price, millisatoshis, as the paywall states it.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>Price, whole satoshis, rounded up.</summary>
    [JsonIgnore]
    public long PriceSats => new Msats(AmountMsats).SatoshisRoundedUp;

    /// <summary>Requests a minute for one credential, or null.</summary>
    public long? QuotaPerMinute { get; init; }

    /// <summary>Requests a day for one credential, or null.</summary>
    public long? QuotaPerDay { get; init; }

    /// <summary>Terms besides price and quota; null when the paywall declares none.</summary>
    public SaleTerms? Terms { get; init; }

    /// <summary>Why the rule is a closed service (the gate's diagnostic code), or null when it sells.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Whether the rule sells nothing and reaches nothing.</summary>
    [JsonIgnore]
    public bool IsClosed => ClosedBy is not null;

    /// <summary>Service, host and path, and the price.</summary>
    public override string ToString() => TerminalText.Clean(ServiceName + ": " + Host + Path + (IsClosed ? ", closed" : FormattableString.Invariant($", {PriceSats} sat")));
}

/// <summary>The result of a rendering: rules in order, diagnostics, and the artifact unless a diagnostic is an error.</summary>
internal sealed record Compilation(IReadOnlyList<CompiledRule> Rules, IReadOnlyList<Diagnostic> Diagnostics, ReadOnlyMemory<byte>? Artifact)
{
    public static Compilation Failed(IReadOnlyList<Diagnostic> diagnostics) => new(Array.Empty<CompiledRule>(), diagnostics, null);
}
