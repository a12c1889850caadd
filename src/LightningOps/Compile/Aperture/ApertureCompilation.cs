using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>The Aperture rendering: order by containment, exact checks, the gate, the artifact (docs/reference/compile.md#aperture-rendering).</summary>
internal sealed class ApertureCompilation
{
    private const int MaxPerCode = 1_000;
    private const long BudgetBase = 200_000_000;
    private const long BudgetPerRule = 2_000;
    private const long AutomataBase = 40_000_000;
    private const long AutomataPerRule = 2_000;
    private const long SpellingBudgetBase = 5_000_000;
    private const long SpellingBudgetPerRule = 200;
    private const int WorthAThread = 1_000;
    private const int PairsBase = 1_000_000;
    private const int PairsPerRule = 8;

    private readonly CompileOptions options;
    private readonly CancellationToken cancellationToken;
    private readonly AnalysisBudget budget;

    // A separate budget: even if pairs exhaust theirs, every rule is checked against reserved paths and hosts that are
    // not allowed.
    private readonly AnalysisBudget ruleBudget;
    private readonly PatternTable patterns;
    private readonly SaleGate gate;
    private readonly LimitedDiagnostics found = new(MaxPerCode);
    private readonly HashSet<(ApertureRule Rule, string Member)> reported = new();
    private readonly ApertureRule[] sorted;

    private ApertureCompilation(IReadOnlyList<CandidateRoute> routes, CompileOptions options, CancellationToken cancellationToken)
    {
        this.options = options;
        this.cancellationToken = cancellationToken;
        budget = new AnalysisBudget(BudgetBase + (BudgetPerRule * routes.Count));
        ruleBudget = new AnalysisBudget(BudgetBase + (BudgetPerRule * routes.Count));
        patterns = new PatternTable(budget, new AnalysisBudget(AutomataBase + (AutomataPerRule * routes.Count)));
        patterns.ReadAhead(routes);
        gate = new SaleGate(options.Security);
        sorted = new ApertureRule[routes.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = new ApertureRule(routes[i], patterns);
        }

        ApertureRule.Sort(sorted);
    }

    public static Compilation Run(IReadOnlyList<CandidateRoute> routes, CompileOptions options, CancellationToken cancellationToken) =>
        new ApertureCompilation(routes, options, cancellationToken).Run();

    private Compilation Run()
    {
        // Large configurations are rendered beside the checks. Where these find an error, nobody waits for it.
        var isParallel = sorted.Length >= WorthAThread && Array.TrueForAll(sorted, CanBeRendered);
        var making = isParallel ? Task.Run(() => Array.ConvertAll(sorted, Compiled), cancellationToken) : null;
        var pairs = RulePairs.Find(sorted, budget, PairsBase + (PairsPerRule * sorted.Length), cancellationToken);
        var order = MatchOrder.Compute(sorted, pairs.Found);
        var rendering = making?.ContinueWith(
            made => Render(Array.ConvertAll(order, place => made.GetAwaiter().GetResult()[place])),
            cancellationToken,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        Check(order, pairs);
        var diagnostics = found.Listed.Concat(found.Truncations(atLeast: pairs.IsIncomplete)).ToList();
        if (found.HasErrors)
        {
            return Compilation.Failed(diagnostics);
        }

        var (rules, artifact) = rendering is null ? Render(Array.ConvertAll(order, place => Compiled(sorted[place]))) : rendering.GetAwaiter().GetResult();
        return new Compilation(rules, diagnostics, artifact);
    }

    // Sale terms are read with the patterns, which are not for several threads.
    private static bool CanBeRendered(ApertureRule rule) =>
        rule.IsAnalyzed && rule.Candidate.Upstream is not null && !PolicyMembers.HasAny(rule.Candidate.Paywall.Policy);

    private static (CompiledRule[] Rules, ReadOnlyMemory<byte> Artifact) Render(CompiledRule[] rules) => (rules, ApertureRenderer.Render(rules));

    private void Check(int[] order, RulePairs pairs)
    {
        if (gate.GlobalDiagnostic is { } pause)
        {
            found.Add(pause);
        }

        var earlier = new EarlierRules(sorted, order, pairs.Found);
        var ruleChecks = new RuleChecks(options, ruleBudget, patterns, found);
        var orderChecks = new OrderChecks(budget, found);
        var spellings = new HostSpellings(sorted, order, new AnalysisBudget(SpellingBudgetBase + (SpellingBudgetPerRule * sorted.Length)));
        var names = new Dictionary<string, ApertureRule>(order.Length, StringComparer.Ordinal);
        var paywalls = new HashSet<Paywall>(ByReference.Instance);
        var offersPayment = false;
        var (limited, timed, unverified, firstUnverified) = (0L, 0L, 0L, int.MaxValue);
        for (var i = 0; i < order.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rule = sorted[order[i]];
            if (paywalls.Add(rule.Candidate.Paywall))
            {
                CheckPaywall(rule.Candidate.Paywall);
                offersPayment |= TermChecks.AcceptsPayment(rule.Candidate.Paywall);
            }

            limited += rule.Candidate.Paywall.Policy is { QuotaPerMinute: not null } or { QuotaPerDay: not null } ? 1 : 0;
            timed += rule.Candidate.Route.TimeoutMs > 0 ? 1 : 0;
            if (IsUnverified(rule))
            {
                unverified++;
                firstUnverified = Math.Min(firstUnverified, order[i]);
            }

            ruleChecks.Check(rule);
            CheckName(rule, names);
            CheckSpellings(rule, spellings);
            if (earlier.GetFor(i) is { Count: > 0 } others)
            {
                ReportUnanalyzable(rule, others);
                orderChecks.Check(rule, others);
            }
        }

        if (offersPayment && TermChecks.FindDearer(paywalls.Where(paywall => gate.ClosedBy(paywall) is null)) is { } dearer)
        {
            found.Add(dearer);
        }

        ruleChecks.CheckTogether();
        AddNotes(pairs, limited, timed, unverified, firstUnverified);
    }

    private void CheckPaywall(Paywall paywall)
    {
        PaywallChecks.Check(paywall, found);
        TermChecks.Check(paywall, patterns, found);
        if (gate.ClosedBy(paywall) is null)
        {
            return;
        }

        foreach (var closed in gate.GetDiagnostics(paywall))
        {
            found.Add(closed);
        }
    }

    private void CheckName(ApertureRule rule, Dictionary<string, ApertureRule> names)
    {
        if (!ServiceName.IsSellable(rule.ServiceName))
        {
            found.Add(RuleChecks.CreateDiagnostic(
                rule,
                "invalid_service_name",
                DiagnosticSeverity.Error,
                "serviceName is empty or has a comma, a colon or a control character: tokens sold for it would be refused",
                null));
            return;
        }

        if (names.TryGetValue(rule.ServiceName, out var first))
        {
            found.Add(RuleChecks.CreateDiagnostic(
                rule,
                "duplicate_service_name",
                DiagnosticSeverity.Error,
                "Has the same service name " + rule.ServiceName + " as " + first.Place + ": rename the paywall or the route",
                DiagnosticDetails.Create("name", rule.ServiceName),
                first.RouteId));
            return;
        }

        names.Add(rule.ServiceName, rule);
    }

    private void CheckSpellings(ApertureRule rule, HostSpellings spellings)
    {
        const string code = "host_expression_misses";
        if (found.HasRoomFor(code) && spellings.FindMissed(rule) is var (witness, taker))
        {
            found.Add(RuleChecks.CreateDiagnostic(
                rule,
                code,
                DiagnosticSeverity.Warn,
                "hostPattern " + rule.Host.Text + " misses " + witness.Host + ", which Aperture matches as sent: such a request reaches " + taker.Place
                    + ". Write the host as text, or the expression with (?i), \\.? and (:[0-9]+)?",
                DiagnosticDetails.Create("witness", witness.Details),
                taker.RouteId));
        }
    }

    // Whether an automaton exceeds its bound is only known after a comparison.
    private void ReportUnanalyzable(ApertureRule rule, IReadOnlyList<(ApertureRule Rule, Relation Relation)> others)
    {
        if (!others.Any(other => other.Relation == Relation.Unknown))
        {
            return;
        }

        foreach (var one in others.Select(other => other.Rule).Append(rule))
        {
            Report(one, "hostPattern", one.Host);
            Report(one, "pathPattern", one.Path);
        }

        void Report(ApertureRule one, string member, RoutePattern pattern)
        {
            if (pattern.UnanalyzableFeature is null && pattern.Language.UnanalyzableReason is { } reason && reported.Add((one, member)))
            {
                found.Add(RuleChecks.Unanalyzable(one, member, pattern, reason));
            }
        }
    }

    private void AddNotes(RulePairs pairs, long limited, long timed, long unverified, int firstUnverified)
    {
        if (pairs.IsIncomplete || budget.Exhausted || ruleBudget.Exhausted)
        {
            found.Add(new Diagnostic
            {
                Code = "analysis_incomplete",
                Severity = DiagnosticSeverity.Warn,
                Message = "The rules overlap in more ways than the analysis can follow: some overlaps are not reported, and at equal priority the narrower rule may not come first",
            });
        }

        if (PrefixEscape.Find(sorted) is { } escape)
        {
            found.Add(escape);
        }

        AddNote(
            "quota_per_credential",
            "Quotas count the accepted requests of each credential, not those of the paywall; requests that are answered with a challenge are not counted",
            limited);
        if (unverified > 0)
        {
            var first = sorted[firstUnverified];
            AddNote(
                "upstream_tls_unverified",
                "Aperture does not verify the certificate of an https upstream, for example of " + first.Place + " at " + first.Candidate.Upstream?.Address + ": keep the connection on a network you trust",
                unverified);
        }

        AddNote(
            "timeout_not_supported",
            "Aperture has no upstream timeout: timeoutMs is not rendered",
            timed);
    }

    private bool IsUnverified(ApertureRule rule) =>
        rule.Candidate.Route.Protocol == RouteProtocol.Https && rule.Candidate.Paywall.Policy.TlsCertificatePath is null && gate.ClosedBy(rule.Candidate.Paywall) is null;

    private void AddNote(string code, string message, long routes)
    {
        if (routes > 0)
        {
            found.Add(new Diagnostic
            {
                Code = code,
                Severity = DiagnosticSeverity.Info,
                Message = message,
                Details = DiagnosticDetails.Create("routes", routes),
            });
        }
    }

    private CompiledRule Compiled(ApertureRule rule)
    {
        var candidate = rule.Candidate;
        var policy = candidate.Paywall.Policy;
        return new CompiledRule
        {
            RuleId = candidate.RuleId,
            PaywallId = rule.PaywallId,
            OwnerId = candidate.Paywall.OwnerId,
            RouteId = rule.RouteId,
            ServiceName = rule.ServiceName,
            Host = candidate.Host,
            Path = candidate.Path,
            HostRegexp = rule.Host.Expression,
            PathRegexp = rule.Path.Expression,
            UpstreamUrl = candidate.UpstreamUrl,
            Protocol = candidate.Route.Protocol!.Value,
            TimeoutMs = candidate.TimeoutMs,
            Priority = rule.Priority,
            AmountMsats = policy.FixedAmountMsats,
            QuotaPerMinute = policy.QuotaPerMinute,
            QuotaPerDay = policy.QuotaPerDay,
            ClosedBy = gate.ClosedBy(candidate.Paywall),
            Terms = TermChecks.GetTerms(policy, patterns),
        };
    }
}

/// <summary>Compares paywalls as objects. Comparing all members a million times would dominate the compile.</summary>
internal sealed class ByReference : IEqualityComparer<Paywall>
{
    public static ByReference Instance { get; } = new();

    public bool Equals(Paywall? x, Paywall? y) => ReferenceEquals(x, y);

    public int GetHashCode(Paywall obj) => RuntimeHelpers.GetHashCode(obj);
}
