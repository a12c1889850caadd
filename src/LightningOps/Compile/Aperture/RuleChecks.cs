using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>Checks one rule by itself (docs/reference/compile.md#diagnostics).</summary>
internal sealed class RuleChecks
{
    private const string PathMember = "pathPattern";
    private const long HostUnits = 5_000_000;
    private readonly CompileOptions options;
    private readonly AnalysisBudget budget;
    private readonly HostPermission permission;
    private readonly AnalysisBudget hostBudget = new(HostUnits);
    private readonly LimitedDiagnostics found;
    private readonly UpstreamChecks upstreams;
    private readonly Dictionary<RoutePattern, (string Code, string Message)?> hostFaults = new();

    public RuleChecks(CompileOptions options, AnalysisBudget budget, PatternTable patterns, LimitedDiagnostics found)
    {
        this.options = options;
        this.budget = budget;
        permission = new HostPermission(patterns, budget);
        this.found = found;
        upstreams = new UpstreamChecks(options.PrivateUpstreams, found);
    }

    public void Check(ApertureRule rule)
    {
        CheckSyntax(rule, "hostPattern", rule.Host);
        CheckSyntax(rule, PathMember, rule.Path);
        if (rule.IsAnalyzed)
        {
            CheckReserved(rule);
            CheckHost(rule);
            CheckSentHosts(rule);
        }

        upstreams.Check(rule);
    }

    /// <summary>Adds the diagnostics that concern all rules.</summary>
    public void CheckTogether() => upstreams.AddNote();

    private void CheckSyntax(ApertureRule rule, string member, RoutePattern pattern)
    {
        if (pattern.Error is { } error)
        {
            found.Add(CreateDiagnostic(
                rule,
                "unsupported_regex",
                DiagnosticSeverity.Error,
                string.Format(CultureInfo.InvariantCulture, "{0} is not a valid RE2 expression: {1} at position {2}", member, error.Message, error.Position) + Suggest(member, pattern),
                DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "position", (long)error.Position)));
        }
        else if (pattern.Unlikely is { } unlikely)
        {
            found.Add(CreateDiagnostic(
                rule,
                "unlikely_pattern",
                DiagnosticSeverity.Error,
                member + " " + pattern.Text + " is probably not intended: " + unlikely.Reason
                    + (unlikely.Intent is null ? string.Empty : "; write " + unlikely.Intent)
                    + ". An expression ^…$ is matched as written",
                unlikely.Intent is null
                    ? DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "reason", unlikely.Reason)
                    : DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "reason", unlikely.Reason, "intent", unlikely.Intent)));
        }
        else if (pattern.UnreachableReason is { } reason)
        {
            found.Add(CreateDiagnostic(
                rule,
                "unreachable_pattern",
                DiagnosticSeverity.Error,
                member + " " + pattern.Text + " matches no request: " + reason + Suggest(member, pattern),
                DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "reason", reason)));
        }
        else if (pattern.UnanalyzableFeature is { } feature)
        {
            found.Add(Unanalyzable(rule, member, pattern, feature));
        }
        else if (member == PathMember && PlainSigns.FindMissed(pattern) is { } text)
        {
            found.Add(CreateDiagnostic(
                rule,
                PlainSigns.Code,
                DiagnosticSeverity.Warn,
                member + " " + pattern.Text + " " + PlainSigns.Explain(pattern, text),
                DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "text", text)));
        }

        if (pattern.HasIdleAlternative)
        {
            var begin = IdleAlternative.FindText(pattern);
            found.Add(CreateDiagnostic(
                rule,
                IdleAlternative.Code,
                DiagnosticSeverity.Warn,
                member + " " + pattern.Text + " " + IdleAlternative.Explain(begin),
                begin is null ? DiagnosticDetails.Create("member", member, "pattern", pattern.Text) : DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "text", begin)));
        }

        if (pattern.RefusedScript is { } script)
        {
            found.Add(CreateDiagnostic(
                rule,
                "script_class_refused",
                DiagnosticSeverity.Warn,
                member + " uses \\p{" + script + "}: Aperture built with Go 1.26 rejects script names of several words and does not start",
                DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "script", script)));
        }
    }

    private static string Suggest(string member, RoutePattern pattern) =>
        member == PathMember && PlainSigns.FindText(pattern.Text) is { } text ? "; write " + text + " for the path" : string.Empty;

    public static Diagnostic Unanalyzable(ApertureRule rule, string member, RoutePattern pattern, string reason) => CreateDiagnostic(
        rule,
        "unanalyzable_pattern",
        DiagnosticSeverity.Info,
        member + " cannot be analysed (" + reason + "): it is treated as overlapping every " + (member == "hostPattern" ? "host" : "path") + " that begins with its literal prefix",
        DiagnosticDetails.Create("member", member, "pattern", pattern.Text, "reason", reason, "literalPrefix", pattern.BeginsWith));

    private void CheckReserved(ApertureRule rule)
    {
        const string code = "reserved_path";

        // What a gateway serves already and was adopted stays as it is there.
        var isAdopted = PatternKind.IsUnanchored(rule.Candidate.Route.PathPattern);
        var isError = options.GatewayHasAdminApi && !isAdopted;
        var severity = isError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warn;
        if (rule.Path.IsReserved == Certainty.Yes && !found.HasRoomFor(code))
        {
            found.Count(code, severity);
        }
        else if (ReservedPaths.FindMatch(rule.Path, budget) is { } witness)
        {
            found.Add(CreateDiagnostic(
                rule,
                code,
                severity,
                "The path pattern matches " + witness + ", which Aperture reserves for its admin API and dashboard" + (isError ? ": narrow it, or use -NoAdminApi where the gateway has no admin API"
                    : isAdopted ? string.Empty
                    : ": a compile for a gateway with an admin API (without -NoAdminApi) refuses it"),
                DiagnosticDetails.Create("witness", DiagnosticDetails.Create("path", witness))));
        }
    }

    private void CheckHost(ApertureRule rule)
    {
        if (permission.Refusal(rule.Candidate.Paywall.Policy, rule.Host) is { } refusal)
        {
            found.Add(CreateDiagnostic(
                rule,
                "host_not_allowed",
                DiagnosticSeverity.Error,
                refusal.Message,
                refusal.Witness is null ? null : DiagnosticDetails.Create("witness", DiagnosticDetails.Create("host", refusal.Witness))));
        }
    }

    // A pattern is compared once, and most texts need no comparison.
    private void CheckSentHosts(ApertureRule rule)
    {
        var host = rule.Host;
        var isExpression = PatternTable.IsHostExpression(host.Text);
        if (!isExpression && !SentHosts.HasDefaultPort(host.Text))
        {
            return;
        }

        if (!hostFaults.TryGetValue(host, out var fault))
        {
            fault = !isExpression ? SentHosts.DefaultPortFault
                : SentHosts.ShowsUsualHost(host.Language) || SentHosts.IsLiteralName(host.Expression) ? null
                : host.UnanalyzableFeature is null && host.Language.MatchesExactly ? SentHosts.FindFault(host.Language, hostBudget)
                : null;
            hostFaults.Add(host, fault);
        }

        if (fault is var (code, message))
        {
            found.Add(CreateDiagnostic(rule, code, DiagnosticSeverity.Warn, "hostPattern " + host.Text + ": " + message, DiagnosticDetails.Create("member", "hostPattern", "pattern", host.Text)));
        }
    }

    public static Diagnostic CreateDiagnostic(ApertureRule rule, string code, DiagnosticSeverity severity, string message, System.Collections.IDictionary? details, string? related = null) => new()
    {
        Code = code,
        Severity = severity,
        Message = message,
        PaywallId = rule.PaywallId,
        RouteId = rule.RouteId,
        RelatedRouteId = related,
        Details = details,
    };
}
