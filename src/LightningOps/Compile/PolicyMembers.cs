using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>The members of a policy besides price, quota and switches. Only the Aperture rendering has them.</summary>
internal static class PolicyMembers
{
    private static readonly (string Name, Func<PaywallPolicy, bool> IsDeclared)[] Members =
    [
        ("authScheme", static policy => policy.AuthScheme is not null),
        ("credentialLifetimeSeconds", static policy => policy.CredentialLifetimeSeconds is not null),
        ("freebie", static policy => policy.Freebie is not null),
        ("headers", static policy => policy.Headers is not null),
        ("tlsCertificatePath", static policy => policy.TlsCertificatePath is not null),
        ("whitelistPaths", static policy => policy.WhitelistPaths is not null),
        ("skipInvoicePaths", static policy => policy.SkipInvoicePaths is not null),
        ("capabilities", static policy => policy.Capabilities is not null),
        ("constraints", static policy => policy.Constraints is not null),
        ("dynamicPrice", static policy => policy.DynamicPrice is not null),
        ("quotaPerMinuteBurst", static policy => policy.QuotaPerMinuteBurst is not null),
        ("quotaPerDayBurst", static policy => policy.QuotaPerDayBurst is not null),
    ];

    /// <summary>Whether one of them is declared.</summary>
    public static bool HasAny(PaywallPolicy policy) => policy is not
    {
        AuthScheme: null, CredentialLifetimeSeconds: null, Freebie: null, Headers: null, TlsCertificatePath: null, WhitelistPaths: null,
        SkipInvoicePaths: null, Capabilities: null, Constraints: null, DynamicPrice: null, QuotaPerMinuteBurst: null, QuotaPerDayBurst: null,
    };

    /// <summary>The names of those declared.</summary>
    public static string[] GetDeclared(PaywallPolicy policy) => Members.Where(member => member.IsDeclared(policy)).Select(static member => member.Name).ToArray();

    /// <summary>Entries in a fixed order, regardless of the order received.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Sort(IReadOnlyDictionary<string, string> texts) => texts.OrderBy(static text => text.Key, StringComparer.Ordinal);
}
