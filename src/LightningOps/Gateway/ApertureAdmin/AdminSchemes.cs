using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// The auth scheme of services that are rolled out over the admin API. In the artifact a missing scheme accepts every
/// enabled one. The API has no missing scheme, and a service created without one accepts L402 only
/// (docs/reference/aperture.md#admin-api).
/// </summary>
internal sealed class AdminSchemes
{
    private const string Scheme = "authscheme=";
    private const string L402 = "l402";
    private const string Mpp = "mpp";
    private const string Both = "l402+mpp";
    private readonly GatewayOffers? offers;
    private readonly Dictionary<string, string> standing;

    /// <param name="offers">The payment methods offered, or null if unknown.</param>
    /// <param name="served">The live services.</param>
    public AdminSchemes(GatewayOffers? offers, IReadOnlyList<GatewayService> served)
    {
        this.offers = offers;
        standing = served.GroupBy(static service => service.Name, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => GetScheme(same.First()) ?? L402, StringComparer.Ordinal);
    }

    /// <summary>Scheme of a service, in Aperture's spelling, or null when it has none.</summary>
    public static string? GetScheme(GatewayService service) =>
        service.Extras.FirstOrDefault(static extra => extra.StartsWith(Scheme, StringComparison.Ordinal))?.Substring(Scheme.Length) is { } scheme ? (scheme == "mpp+l402" ? Both : scheme) : null;

    /// <summary>A service in the form of the admin API, which does not list L402.</summary>
    public static GatewayService Normalize(GatewayService service) => GetScheme(service) is { } scheme ? With(service, scheme) : service;

    /// <summary>The services with their resulting scheme: the declared one, else the current one, else all enabled ones.</summary>
    /// <param name="desired">The services.</param>
    /// <param name="recreated">Names of services that are deleted and created again; null for none.</param>
    public IReadOnlyList<GatewayService> Complete(IReadOnlyList<GatewayService> desired, ICollection<string>? recreated = null) => desired.Select(service =>
        With(service, GetScheme(service) ?? (!standing.TryGetValue(service.Name, out var scheme) ? Open : scheme == L402 && recreated?.Contains(service.Name) == true ? Open : scheme))).ToArray();

    /// <summary>Buyers who would pay and be refused after the roll-out.</summary>
    /// <param name="declared">The services with their declared schemes.</param>
    /// <param name="completed">The same services with their resulting schemes.</param>
    public IEnumerable<Diagnostic> GetDiagnostics(IReadOnlyList<GatewayService> declared, IReadOnlyList<GatewayService> completed)
    {
        if (offers is null)
        {
            yield return new Diagnostic
            {
                Code = "offers_not_known",
                Severity = DiagnosticSeverity.Warn,
                Message = "Whether the gateway offers Payment beside L402 could not be read: services are created so that they accept both, and those that stand keep their scheme",
            };
        }

        if (offers is { Payments: false })
        {
            yield break;
        }

        var undeclared = new HashSet<string>(declared.Where(static service => GetScheme(service) is null).Select(static service => service.Name), StringComparer.Ordinal);
        var open = completed.Where(static service => service.Sells).ToArray();
        if (offers is not null && FindDearer(open, service => GetScheme(service) is Mpp or Both || (GetScheme(service) is null && undeclared.Contains(service.Name))) is { } dearer)
        {
            yield return dearer;
        }

        var stands = open.Where(service => undeclared.Contains(service.Name) && GetScheme(service) is null).Select(static service => service.Name).ToArray();
        if (offers is not null && stands.Length > 0)
        {
            yield return Warn("Who pays by Payment is refused after paying, at services that are listed as L402 and are not defined in the aperture.yaml without authscheme: " + Names(stands) + ". Declare authScheme l402+mpp in the paywall", stands);
        }

        foreach (var (scheme, refused) in new[] { (L402, "Payment"), (Mpp, "L402") })
        {
            var refusing = open.Where(service => (GetScheme(service) ?? (undeclared.Contains(service.Name) ? Both : L402)) == scheme).Select(static service => service.Name).ToArray();
            if (offers is not null && refusing.Length > 0)
            {
                yield return Warn("Every 402 offers both, and who pays by " + refused + " is refused after paying, as the scheme is " + scheme + ": " + Names(refusing) + ". Declare authScheme l402+mpp in the paywall", refusing);
            }
        }
    }

    private const int MaxNames = 20;

    /// <summary>The cheapest and the most expensive. A Payment charge is not bound to a service.</summary>
    /// <param name="sold">The services that sell.</param>
    /// <param name="acceptsCharges">Whether one may accept a charge.</param>
    private static Diagnostic? FindDearer(IReadOnlyList<GatewayService> sold, Func<GatewayService, bool> acceptsCharges)
    {
        var cheapest = sold.OrderBy(static service => service.EffectivePrice).FirstOrDefault();
        var dearest = sold.Where(acceptsCharges).OrderByDescending(static service => service.EffectivePrice).FirstOrDefault();
        return cheapest is null || dearest is null || cheapest.EffectivePrice >= dearest.EffectivePrice ? null : new Diagnostic
        {
            Code = "charge_opens_dearer",
            Severity = DiagnosticSeverity.Warn,
            Message = FormattableString.Invariant($"The gateway offers Payment, and a charge is bound to no service: one of {cheapest.Name} for {cheapest.EffectivePrice} sat opens {dearest.Name} for {dearest.EffectivePrice} sat, at v0.5.0 without limit for 15 minutes. Turn enablempp off, or ask one price"),
            Details = DiagnosticDetails.Create("cheapest", cheapest.Name, "dearest", dearest.Name),
        };
    }

    /// <summary>The scheme that accepts every enabled one.</summary>
    private string Open => offers is { Payments: false } ? L402 : Both;

    private static Diagnostic Warn(string message, string[] services) => new()
    {
        Code = "authscheme_refuses_offer",
        Severity = DiagnosticSeverity.Warn,
        Message = message,
        Details = DiagnosticDetails.Create("services", services),
    };

    private static string Names(string[] names) => string.Join(", ", names.Take(MaxNames)) + (names.Length > MaxNames ? ", \u2026" : string.Empty);

    private static GatewayService With(GatewayService service, string scheme)
    {
        var others = service.Extras.Where(static extra => !extra.StartsWith(Scheme, StringComparison.Ordinal));
        return service with { Extras = scheme == L402 ? others.ToArray() : [.. others, Scheme + scheme] };
    }
}
