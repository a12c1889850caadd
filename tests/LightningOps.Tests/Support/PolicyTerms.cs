using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Paywalls;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>The members of a policy besides price, quota and switches, each with a value (docs/reference/compile.md#terms-of-a-sale).</summary>
internal static class PolicyTerms
{
    private static readonly (string Member, string ServiceMember, Func<PaywallPolicy, PaywallPolicy> Declare)[] All =
    [
        ("authScheme", "authscheme", static policy => policy with { AuthScheme = "l402" }),
        ("credentialLifetimeSeconds", "timeout", static policy => policy with { CredentialLifetimeSeconds = 60 }),
        ("freebie", "auth", static policy => policy with { Freebie = 3 }),
        ("headers", "headers", static policy => policy with { Headers = new Dictionary<string, string> { ["X-A"] = "v" } }),
        ("tlsCertificatePath", "tlscertpath", static policy => policy with { TlsCertificatePath = "/etc/c" }),
        ("whitelistPaths", "authwhitelistpaths", static policy => policy with { WhitelistPaths = ["/free"] }),
        ("skipInvoicePaths", "authskipinvoicecreationpaths", static policy => policy with { SkipInvoicePaths = ["/poll"] }),
        ("capabilities", "capabilities", static policy => policy with { Capabilities = ["read"] }),
        ("constraints", "constraints", static policy => policy with { Constraints = new Dictionary<string, string> { ["max"] = "9" } }),
        ("dynamicPrice", "dynamicprice", static policy => policy with { DynamicPrice = new DynamicPrice { GrpcAddress = "h:1", Insecure = true } }),
        ("quotaPerMinuteBurst", "ratelimits", static policy => policy with { QuotaPerMinuteBurst = 2 }),
        ("quotaPerDayBurst", "ratelimits", static policy => policy with { QuotaPerDayBurst = 2 }),
    ];

    /// <summary>Their names.</summary>
    public static TheoryData<string> Members => new(All.Select(static term => term.Member));

    /// <summary>Name of the member of a service that a term is rendered as.</summary>
    public static string GetServiceMember(string member) => All.Single(term => term.Member == member).ServiceMember;

    /// <summary>A policy with the quotas that bursts need, and with no term.</summary>
    public static Paywall WithQuotas(this Paywall paywall) => paywall.WithPolicy(static policy => policy with { QuotaPerMinute = 5, QuotaPerDay = 50 });

    /// <summary>The paywall with one of them.</summary>
    public static Paywall Declaring(this Paywall paywall, string member) => paywall.WithPolicy(All.Single(term => term.Member == member).Declare);

    /// <summary>The paywall with all of them.</summary>
    public static Paywall DeclaringAll(this Paywall paywall) => All.Aggregate(paywall.WithQuotas(), static (declared, term) => declared.WithPolicy(term.Declare));
}
