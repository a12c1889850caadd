using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>Checks the terms of a paywall besides price and quota (docs/reference/compile.md#terms-of-a-sale).</summary>
internal sealed class TermChecks
{
    private const long MaxLifetimeSeconds = 9_223_372_036;
    private const string Both = "l402+mpp";
    private readonly Paywall paywall;
    private readonly LimitedDiagnostics found;

    private TermChecks(Paywall paywall, LimitedDiagnostics found)
    {
        this.paywall = paywall;
        this.found = found;
    }

    private PaywallPolicy Policy => paywall.Policy;

    /// <summary>Checks a paywall. One without declared terms gives no diagnostic.</summary>
    public static void Check(Paywall paywall, PatternTable patterns, LimitedDiagnostics found)
    {
        if (!PolicyMembers.HasAny(paywall.Policy))
        {
            return;
        }

        var checks = new TermChecks(paywall, found);
        checks.CheckScheme();
        checks.CheckLifetime();
        checks.CheckFreebie();
        checks.CheckCaveats();
        checks.CheckDynamicPrice();
        checks.CheckCertificate();
        checks.CheckBurst("quotaPerMinuteBurst", checks.Policy.QuotaPerMinuteBurst, "quotaPerMinute", checks.Policy.QuotaPerMinute);
        checks.CheckBurst("quotaPerDayBurst", checks.Policy.QuotaPerDayBurst, "quotaPerDay", checks.Policy.QuotaPerDay);
        HeaderTermChecks.Check(paywall, found);
        PathTermChecks.Check(paywall, patterns, found);
    }

    /// <summary>The terms of a paywall as they are rendered; null when it declares none.</summary>
    public static SaleTerms? GetTerms(PaywallPolicy policy, PatternTable patterns) => !PolicyMembers.HasAny(policy) ? null : new SaleTerms
    {
        AuthScheme = policy.AuthScheme is { } scheme ? NormalizeScheme(scheme) : null,
        CredentialLifetimeSeconds = policy.CredentialLifetimeSeconds,
        Freebie = policy.Freebie,
        Headers = policy.Headers,
        TlsCertificatePath = policy.TlsCertificatePath,
        WhitelistRegexps = policy.WhitelistPaths?.Select(path => patterns.Path(path).Expression).ToArray(),
        SkipInvoiceRegexps = policy.SkipInvoicePaths?.Select(path => patterns.Path(path).Expression).ToArray(),
        Capabilities = policy.Capabilities,
        Constraints = policy.Constraints,
        DynamicPrice = policy.DynamicPrice,
        QuotaPerMinuteBurst = policy.QuotaPerMinuteBurst,
        QuotaPerDayBurst = policy.QuotaPerDayBurst,
    };

    /// <summary>Whether a paywall declares that it accepts Payment.</summary>
    public static bool AcceptsPayment(Paywall paywall) => paywall.Policy.AuthScheme is "mpp" or "mpp+l402" or Both;

    /// <summary>
    /// Paywalls of unequal prices where one declares Payment: every 402 then offers a charge, and one of the cheapest opens the
    /// most expensive that does not refuse it. Null for none.
    /// </summary>
    /// <param name="open">The paywalls that sell.</param>
    public static Diagnostic? FindDearer(IEnumerable<Paywall> open)
    {
        var sold = open.Where(static paywall => paywall.Policy.DynamicPrice is null)
            .OrderBy(static paywall => new Msats(paywall.Policy.FixedAmountMsats).SatoshisRoundedUp).ThenBy(static paywall => paywall.PaywallId, StringComparer.Ordinal).ToArray();
        if (Array.FindLast(sold, static paywall => paywall.Policy.AuthScheme is null || AcceptsPayment(paywall)) is not { } dearest)
        {
            return null;
        }

        var cheapest = sold[0];
        var (low, high) = (new Msats(cheapest.Policy.FixedAmountMsats).SatoshisRoundedUp, new Msats(dearest.Policy.FixedAmountMsats).SatoshisRoundedUp);
        return low >= high ? null : new Diagnostic
        {
            Code = "charge_opens_dearer",
            Severity = DiagnosticSeverity.Warn,
            Message = string.Format(CultureInfo.InvariantCulture, "A Payment charge is bound to no service: one of {0} for {1} sat opens {2} for {3} sat, at Aperture v0.5.0 without limit for 15 minutes. Write authScheme l402 in the dear one, or ask one price", cheapest.PaywallId, low, dearest.PaywallId, high),
            PaywallId = dearest.PaywallId,
            Details = DiagnosticDetails.Create("cheapest", cheapest.PaywallId, "dearest", dearest.PaywallId),
        };
    }

    /// <summary>A diagnostic of a member of the policy.</summary>
    public static Diagnostic CreateDiagnostic(Paywall paywall, string code, DiagnosticSeverity severity, string member, string message) => new()
    {
        Code = code,
        Severity = severity,
        Message = member + " " + message,
        PaywallId = paywall.PaywallId,
        Details = DiagnosticDetails.Create("member", member),
    };

    private static string NormalizeScheme(string scheme) => scheme == "mpp+l402" ? Both : scheme;

    private void CheckScheme()
    {
        switch (Policy.AuthScheme is { } scheme ? NormalizeScheme(scheme) : null)
        {
            case null or Both:
                break;
            case "l402" or "mpp":
                Add("authscheme_refuses_offer", DiagnosticSeverity.Warn, "authScheme", "is " + Policy.AuthScheme + ": while the gateway offers Payment, every 402 offers both, and who pays by "
                    + (Policy.AuthScheme == "mpp" ? "L402" : "Payment") + " is refused after paying; write l402+mpp, or leave it out");
                break;
            default:
                Add("authscheme_unknown", DiagnosticSeverity.Error, "authScheme", "is no scheme of Aperture, which would refuse every credential: write l402, mpp or l402+mpp");
                break;
        }
    }

    private void CheckLifetime()
    {
        if (Policy.CredentialLifetimeSeconds is { } seconds and (< 1 or > MaxLifetimeSeconds))
        {
            Add(
                seconds < 1 ? "timeout_ignored" : "timeout_too_long",
                DiagnosticSeverity.Error,
                "credentialLifetimeSeconds",
                seconds < 1 ? "must be 1 or more: Aperture ignores another, and credentials never expire" : "overflows above 9223372036: a credential would be paid and refused at once");
        }

        if (Policy.DynamicPrice is null)
        {
            return;
        }

        foreach (var member in new[] { ("credentialLifetimeSeconds", Policy.CredentialLifetimeSeconds is not null), ("capabilities", Policy.Capabilities is not null), ("constraints", Policy.Constraints is not null) })
        {
            if (member.Item2)
            {
                Add("credential_limit_lost", DiagnosticSeverity.Warn, member.Item1, "has no effect with dynamicPrice, and credentials never expire and have no limits: use a fixed price, or remove it");
            }
        }
    }

    private void CheckFreebie()
    {
        if (Policy.Freebie is not { } count)
        {
            return;
        }

        if (count is < 1 or > ushort.MaxValue)
        {
            Add("freebie_out_of_range", DiagnosticSeverity.Error, "freebie", "must be from 1 to 65535, as Aperture counts in 16 bits; leave it out for no free requests");
            return;
        }

        Add("freebie_shared", DiagnosticSeverity.Info, "freebie", "counts by network (IPv4 /24, IPv6 /48) and in memory: behind a proxy all clients share one count, and a restart resets the count");
        if (Policy.DynamicPrice is { } price)
        {
            Add("freebie_dynamicprice", DiagnosticSeverity.Warn, "freebie", "makes Aperture v0.5.0 ask the fixed price instead of the price server's: remove freebie");
            if (price.Metered == true)
            {
                Add("freebie_metered", DiagnosticSeverity.Warn, "freebie", "keeps a paid credential from being metered, and it opens the service without end: remove freebie");
            }
        }
    }

    private void CheckCaveats()
    {
        if (Policy.Capabilities is { } capabilities && !capabilities.All(IsCaveatWord))
        {
            Add("caveat_invalid", DiagnosticSeverity.Error, "capabilities", "must be words without a blank, comma, colon or equals sign: they are joined by commas in the credential");
        }

        if (Policy.Constraints is { } constraints && !constraints.All(static constraint => IsCaveatWord(constraint.Key) && constraint.Value.Length > 0 && !constraint.Value.Any(char.IsControl)))
        {
            Add("caveat_invalid", DiagnosticSeverity.Error, "constraints", "must have names without a blank, comma, colon or equals sign and values on one line: each is a caveat of the credential");
        }

        if (Policy.Constraints is { } named && named.Keys.Any(static name => name == "services" || name.EndsWith("_valid_until", StringComparison.Ordinal)))
        {
            Add("caveat_invalid", DiagnosticSeverity.Error, "constraints", "must not be called services or end in _valid_until: these are caveats that Aperture writes and checks itself");
        }
    }

    private void CheckDynamicPrice()
    {
        if (Policy.DynamicPrice is not { } price)
        {
            return;
        }

        if (!HostPort.IsUpstream(price.GrpcAddress))
        {
            Add("grpcaddress_invalid", DiagnosticSeverity.Error, "dynamicPrice.grpcAddress", "must be the host:port of the price server, without a scheme or path");
        }

        if (price.Insecure != true && price.TlsCertificatePath is not { Length: > 0 })
        {
            Add("tlscertpath_missing", DiagnosticSeverity.Error, "dynamicPrice.tlsCertificatePath", "must name the certificate of the price server, unless insecure is true: Aperture does not start without it");
        }

        if (price.TlsCertificatePath is { } path && path.Any(char.IsControl))
        {
            Add("path_invalid", DiagnosticSeverity.Error, "dynamicPrice.tlsCertificatePath", "must be the path of a file, without control characters");
        }

        if (price.Metered == true)
        {
            Add("metered_needs_main", DiagnosticSeverity.Info, "dynamicPrice.metered", "needs an Aperture after v0.5.0, which ignores it: there a credential is not metered");
        }
    }

    private void CheckCertificate()
    {
        if (Policy.TlsCertificatePath is { Length: > 0 } file && !file.Any(char.IsControl))
        {
            Add("certificate_file", DiagnosticSeverity.Info, "tlsCertificatePath", "must exist where Aperture runs: it reads the file when it starts, and stops when it cannot");
        }
    }

    private void CheckBurst(string member, long? burst, string quotaMember, long? quota)
    {
        if (burst is { } requests && (requests < 1 || quota is null))
        {
            Add("burst_invalid", DiagnosticSeverity.Error, member, requests < 1
                ? string.Format(CultureInfo.InvariantCulture, "must be 1 or more: {0} would deny every request", requests)
                : "needs " + quotaMember + ", whose bucket it sizes");
        }
    }

    private static bool IsCaveatWord(string word) => word.Length > 0 && !word.Any(static character => char.IsControl(character) || character is ' ' or ',' or ':' or '=');

    private void Add(string code, DiagnosticSeverity severity, string member, string message) => found.Add(CreateDiagnostic(paywall, code, severity, member, message));
}
