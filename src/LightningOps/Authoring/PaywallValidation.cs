using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>
/// Diagnostics of the compile for a paywall among the others, all at once. The compile stops at wrong input, so wrong
/// input is repaired in a copy, which is compiled again (docs/reference/compile.md#diagnostics).
/// </summary>
internal sealed class PaywallValidation
{
    private const string Nothing = "no_compilable_routes";
    // A compile says it of both patterns, but reads a missing path as "/".
    private const string MissingHost = "invalid_route_pattern";
    private const string Unreached = "first_match_shadowed";
    private const int MaxRounds = 6;
    private const int MaxNamed = 10;

    // Whether a path is reserved depends on the gateway, so it is a warning here.
    private static readonly CompileOptions Options = new() { GatewayHasAdminApi = false };
    private readonly IReadOnlyList<Paywall> others;
    private readonly CancellationToken cancellationToken;

    /// <param name="others">The other paywalls of the store.</param>
    /// <param name="cancellationToken">Stops the compile.</param>
    public PaywallValidation(IEnumerable<Paywall> others, CancellationToken cancellationToken)
    {
        this.others = others.Where(static paywall => paywall.Status != PaywallStatus.Archived).ToArray();
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Errors of the paywall, and errors that it causes in others.</summary>
    /// <param name="paywall">The paywall to be stored.</param>
    /// <param name="warnings">Receives the warnings.</param>
    public IReadOnlyList<PaywallProblem> Check(Paywall paywall, out IReadOnlyList<Diagnostic> warnings)
    {
        var open = paywall with { Status = PaywallStatus.Active };
        var first = Compile(others.Append(open));
        warnings = first.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warn && diagnostic.PaywallId == paywall.PaywallId).ToArray();
        if (FindErrors(first).Count == 0)
        {
            return [];
        }

        var found = FindAll(open);
        var mine = found.Where(error => error.PaywallId == paywall.PaywallId).ToList();
        var caused = new List<Diagnostic>();
        if (mine.Count < found.Count)
        {
            // Only errors of others that this paywall causes.
            var before = new HashSet<(string, string?, string?, string)>(FindAll(null).Select(GetKey));
            caused.AddRange(found.Where(error => error.PaywallId != paywall.PaywallId && !before.Contains(GetKey(error))));
        }

        return
        [
            .. Distinct(mine).SelectMany(error => CreateProblems(error, paywall.PaywallId)),
            .. CreateProblemsOfOthers(Distinct(caused).ToArray(), paywall.PaywallId),
        ];
    }

    /// <summary>All errors. Wrong input is repaired or left out until the patterns of all others are read.</summary>
    private List<Diagnostic> FindAll(Paywall? paywall)
    {
        var found = new List<Diagnostic>();
        var sound = others;
        for (var round = 0; round < MaxRounds; round++)
        {
            var errors = FindErrors(Compile(paywall is null ? sound : sound.Append(paywall))).Where(error => !found.Exists(known => GetKey(known) == GetKey(error))).ToList();
            if (errors.Count == 0)
            {
                break;
            }

            found.AddRange(errors);
            var broken = new HashSet<string>(errors.Select(static error => error.PaywallId ?? string.Empty), StringComparer.Ordinal);
            sound = sound.Where(other => !broken.Contains(other.PaywallId)).ToArray();
            paywall = paywall is null ? null : Repair(paywall, errors);
        }

        return found;
    }

    private IReadOnlyList<Diagnostic> Compile(IEnumerable<Paywall> paywalls) => PaywallCompiler.Compile(paywalls.ToArray(), Options, cancellationToken).Diagnostics;

    private static List<Diagnostic> FindErrors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Code != Nothing).ToList();

    private static IEnumerable<Diagnostic> Distinct(IEnumerable<Diagnostic> errors) => errors.GroupBy(GetKey).Select(static same => same.First());

    private static (string Code, string? PaywallId, string? RouteId, string Message) GetKey(Diagnostic diagnostic) =>
        (diagnostic.Code, diagnostic.PaywallId, diagnostic.RouteId, diagnostic.Message);

    /// <summary>A copy without the input errors that were found.</summary>
    private static Paywall Repair(Paywall paywall, IEnumerable<Diagnostic> errors)
    {
        var codes = new HashSet<string>(errors.Where(error => error.PaywallId == paywall.PaywallId).Select(static error => error.Code), StringComparer.Ordinal);
        var policy = paywall.Policy;
        return paywall with
        {
            Name = paywall.Name.Trim().Length == 0 ? "name" : paywall.Name,
            Policy = policy with
            {
                QuotaPerMinute = policy.QuotaPerMinute < 0 ? null : policy.QuotaPerMinute,
                QuotaPerDay = policy.QuotaPerDay < 0 ? null : policy.QuotaPerDay,
                PricingMode = codes.Contains("invalid_pricing_mode") ? "fixed" : policy.PricingMode,
                FixedAmountMsats = codes.Contains("missing_pricing") ? Msats.PerSatoshi : policy.FixedAmountMsats,
            },
            Routes = paywall.Routes.Select(route => Repair(route, codes)).ToArray(),
        };
    }

    private static PaywallRoute Repair(PaywallRoute route, HashSet<string> codes)
    {
        var isSound = !codes.Contains("invalid_upstream_url") && !codes.Contains("missing_route_protocol");
        return route with
        {
            HostPattern = codes.Contains(MissingHost) && route.HostPattern.Trim().Length == 0 ? "host.example" : route.HostPattern,
            PathPattern = route.PathPattern.Trim().Length == 0 ? "/path" : route.PathPattern,
            TimeoutMs = Math.Max(0, route.TimeoutMs),
            UpstreamUrl = isSound ? route.UpstreamUrl : "https://upstream.example",
            Protocol = isSound ? route.Protocol : RouteProtocol.Https,
        };
    }

    private static IEnumerable<PaywallProblem> CreateProblems(Diagnostic diagnostic, string paywallId) =>
        (diagnostic.Details?["members"] as IEnumerable<string> is { } members && diagnostic.Code == "invalid_member" ? members.Select(GetParameter) : [FindMember(diagnostic)])
            .Select(member => new PaywallProblem(member, (diagnostic.Code == MissingHost ? "is missing" : diagnostic.Message) + GetAddition(diagnostic)) { Code = diagnostic.Code, RouteId = diagnostic.RouteId });

    private static string GetAddition(Diagnostic diagnostic) =>
        diagnostic.Code == "invalid_upstream_url" ? ": begin it with http:// or https://"
        : string.Empty;

    /// <summary>Errors of stored routes that the paywall causes, from the view of the paywall.</summary>
    private static IEnumerable<PaywallProblem> CreateProblemsOfOthers(IReadOnlyList<Diagnostic> errors, string paywallId)
    {
        var unreached = errors.Where(static error => error.Code == Unreached).ToArray();
        if (unreached.Length > 0)
        {
            var routes = string.Join(", ", unreached.Take(MaxNamed).Select(GetPlace)) + (unreached.Length > MaxNamed ? ", …" : string.Empty);
            var isAlone = unreached.All(static error => error.Details?["takenBy"] is not IReadOnlyCollection<string> { Count: > 1 });
            yield return new PaywallProblem(
                nameof(PaywallMembers.Priority),
                "Would leave " + routes + " without a request: " + (isAlone ? "this route comes first and matches" : "this route and other earlier ones match") + " all of them. Use a Priority with a higher number, or a narrower PathPattern")
            {
                Code = Unreached,
                RouteId = unreached[0].RouteId,
            };
        }

        foreach (var error in errors.Where(static error => error.Code != Unreached))
        {
            var isOurs = error.RelatedPaywallId == paywallId;
            yield return new PaywallProblem(FindMember(error), error.Code switch
            {
                "duplicate_route" when isOurs => "Matches exactly the requests of " + GetPlace(error),
                "ambiguous_route" when isOurs => "Matches, or may match, some of the same requests as " + GetPlace(error) + " at the same priority: use another Priority",
                _ => "Causes an error in " + GetPlace(error) + ": " + error.Message,
            })
            {
                Code = error.Code,
                RouteId = error.RouteId,
            };
        }
    }

    private static string GetPlace(Diagnostic diagnostic) =>
        (diagnostic.RouteId is null ? string.Empty : "route " + diagnostic.RouteId + " of ") + "paywall " + diagnostic.PaywallId;

    /// <summary>The parameter of a member of the record: <c>policy.quotaPerDay</c> is QuotaPerDay.</summary>
    private static string GetParameter(string member)
    {
        var name = member.Substring(member.LastIndexOf('.') + 1);
        return char.ToUpperInvariant(name[0]) + name.Substring(1);
    }

    private static string FindMember(Diagnostic diagnostic) => diagnostic.Details?["member"] switch
    {
        "hostPattern" => nameof(PaywallMembers.HostPattern),
        "pathPattern" => nameof(PaywallMembers.PathPattern),

        // headers.Authorization, whitelistPaths[0]
        string member => GetParameter(member.Split('.', '[')[0]),
        _ => diagnostic.Code switch
        {
            "invalid_upstream_url" or "missing_route_protocol" => nameof(PaywallMembers.UpstreamUrl),
            "host_not_allowed" or MissingHost => nameof(PaywallMembers.HostPattern),
            "reserved_path" or "duplicate_route" or "ambiguous_route" or "first_match_shadowed" => nameof(PaywallMembers.PathPattern),
            "price_exceeds_request_cap" or "price_exceeds_gateway_maximum" or "missing_pricing" => nameof(PaywallMembers.PriceMsats),
            "duplicate_service_name" => nameof(Paywall.PaywallId),
            var code => code.StartsWith("upstream", StringComparison.Ordinal) ? nameof(PaywallMembers.UpstreamUrl) : "Paywall",
        },
    };
}
