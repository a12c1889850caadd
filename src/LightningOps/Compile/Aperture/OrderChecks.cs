using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Http;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>Checks a rule against earlier ones: duplicates, ambiguity, shadows (docs/reference/compile.md#diagnostics).</summary>
internal sealed class OrderChecks
{
    private const int MaxRelatedListed = 10;
    private const int MaxCompared = 16;
    private const long ControlUnits = 20_000_000;

    private readonly AnalysisBudget budget;

    // A separate budget: it affects only messages, never an order or a code.
    private readonly AnalysisBudget controls = new(ControlUnits);
    private readonly AnalysisBudget controlAutomata = new(ControlUnits);
    private readonly ShadowCheck shadow;
    private readonly LimitedDiagnostics found;

    public OrderChecks(AnalysisBudget budget, LimitedDiagnostics found)
    {
        this.budget = budget;
        this.found = found;
        shadow = new ShadowCheck(budget);
    }

    /// <summary>Checks one rule against the earlier rules it shares requests with, in match order.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="earlier">Earlier rules, each with the relation of its requests to the rule's.</param>
    public void Check(ApertureRule rule, IReadOnlyList<(ApertureRule Rule, Relation Relation)> earlier)
    {
        ApertureRule? duplicateOf = null;
        ApertureRule? takenBy = null;
        foreach (var (one, relation) in earlier)
        {
            if (relation == Relation.Equal)
            {
                duplicateOf ??= one;
            }
            else if (relation == Relation.Contains)
            {
                takenBy ??= one;
            }
            else if (IsAmbiguous(rule, one, relation))
            {
                AddAmbiguous(rule, one, relation);
            }
        }

        if (duplicateOf is not null)
        {
            AddDuplicate(rule, duplicateOf);
        }
        else if (takenBy is not null)
        {
            AddShadowed(rule, new[] { takenBy });
        }
        else
        {
            CheckTogether(rule, earlier);
        }
    }

    private static bool IsAmbiguous(ApertureRule rule, ApertureRule one, Relation relation) =>
        relation is Relation.Overlaps or Relation.Unknown
        && rule.Priority == one.Priority
        && (rule.PaywallId != one.PaywallId || GetPrice(rule) != GetPrice(one));

    private static Msats GetPrice(ApertureRule rule) => rule.Candidate.Paywall.Policy.FixedAmountMsats;

    private void CheckTogether(ApertureRule rule, IReadOnlyList<(ApertureRule Rule, Relation Relation)> earlier)
    {
        var takers = new List<ApertureRule>(earlier.Count);
        (ApertureRule Rule, Relation Relation)? partly = null;
        var higher = 0;
        foreach (var (one, relation) in earlier)
        {
            if (relation != Relation.Unknown)
            {
                takers.Add(one);
            }

            if (one.Priority < rule.Priority)
            {
                partly ??= (one, relation);
                higher++;
            }
        }

        if (shadow.IsCovered(rule, takers))
        {
            AddShadowed(rule, takers);
        }
        else if (partly is var (first, how))
        {
            AddPartlyShadowed(rule, first, how, higher);
        }
    }

    private void AddDuplicate(ApertureRule rule, ApertureRule first) => Add(
        rule,
        first,
        "duplicate_route",
        DiagnosticSeverity.Error,
        () => "Matches exactly the requests of " + first.Place + Aside(rule, [first], isExact: true),
        () => DiagnosticDetails.Create("relatedRouteId", first.RouteId));

    private void AddAmbiguous(ApertureRule rule, ApertureRule one, Relation relation) => Add(
        rule,
        one,
        "ambiguous_route",
        DiagnosticSeverity.Error,
        () => string.Format(
            CultureInfo.InvariantCulture,
            relation == Relation.Unknown
                ? "May match the same requests as {0} at the same priority {1} (one of them cannot be analysed): use different priorities"
                : "Matches some of the same requests as {0} at the same priority {1}: use different priorities",
            one.Place,
            rule.Priority),
        () => Witness(rule, one));

    private void AddShadowed(ApertureRule rule, IReadOnlyList<ApertureRule> takers) => Add(
        rule,
        takers[0],
        "first_match_shadowed",
        DiagnosticSeverity.Error,
        () => "Is never reached: every request matches earlier "
            + string.Join(", ", takers.Take(MaxRelatedListed).Select(one => one.Place)) + (takers.Count > MaxRelatedListed ? ", …" : string.Empty)
            + Aside(rule, takers, isExact: false),
        () => RequestWitness.ForBoth(rule, takers[0], budget) is { } witness
            ? DiagnosticDetails.Create("takenBy", takers.Select(one => one.RouteId).ToArray(), "witness", witness.Details)
            : DiagnosticDetails.Create("takenBy", takers.Select(one => one.RouteId).ToArray()));

    private void AddPartlyShadowed(ApertureRule rule, ApertureRule first, Relation relation, int count) => Add(
        rule,
        first,
        "partly_shadowed",
        DiagnosticSeverity.Warn,
        () => "A part of its requests " + (relation == Relation.Unknown ? "may be" : "is") + (count == 1
            ? " matched by earlier " + first.Place
            : string.Format(CultureInfo.InvariantCulture, " matched by {0} earlier routes, the first is {1}", count, first.Place)),
        () => Witness(rule, first));

    // The languages exclude control characters, and a dot does not match a line feed: a path with %0A passes by
    // ^/a.*$.
    private string Aside(ApertureRule rule, IReadOnlyList<ApertureRule> others, bool isExact)
    {
        if (!rule.Path.IsGivenExpression && !others.Any(static other => other.Path.IsGivenExpression))
        {
            return string.Empty;
        }

        var decided = false;
        var path = others.Count > MaxCompared ? null : PathTexts.FindOutside(rule.Path.Expression, others.Select(static other => other.Path.Expression).ToArray(), controls, out decided, controlAutomata);
        if (path is null && decided && isExact)
        {
            path = PathTexts.FindOutside(others[0].Path.Expression, [rule.Path.Expression], controls, out decided, controlAutomata);
        }

        return !decided ? " (ignoring control characters in the path)"
            : path is null ? string.Empty
            : " (ignoring control characters in the path, such as " + PathEncoding.Encode(path) + ")";
    }

    private IDictionary? Witness(ApertureRule rule, ApertureRule other) =>
        RequestWitness.ForBoth(rule, other, budget) is { } witness ? DiagnosticDetails.Create("witness", witness.Details) : null;

    // A diagnostic that is only counted needs neither message nor witness.
    private void Add(ApertureRule rule, ApertureRule related, string code, DiagnosticSeverity severity, Func<string> message, Func<IDictionary?> details)
    {
        var isListed = found.HasRoomFor(code);
        found.Add(RuleChecks.CreateDiagnostic(rule, code, severity, isListed ? message() : string.Empty, isListed ? details() : null, related.RouteId) with { RelatedPaywallId = related.PaywallId });
    }
}

/// <summary>A request that demonstrates a diagnostic.</summary>
/// <param name="Host">A Host header.</param>
/// <param name="Path">A URL path, decoded.</param>
internal readonly record struct RequestWitness(string Host, string Path)
{
    /// <summary>The host, and the path as it is sent.</summary>
    public IDictionary Details => DiagnosticDetails.Create("host", Host, "path", PathEncoding.Encode(Path));

    /// <summary>A request both rules match, or null when none could be found.</summary>
    public static RequestWitness? ForBoth(ApertureRule one, ApertureRule other, AnalysisBudget budget) =>
        one.Host.Language.FindCommon(other.Host.Language, budget) is { } host
        && one.Path.Language.FindCommon(other.Path.Language, budget) is { } path
            ? new RequestWitness(HostExample.Improve(host, text => one.Host.Language.Matches(text) && other.Host.Language.Matches(text)), path)
            : null;
}
