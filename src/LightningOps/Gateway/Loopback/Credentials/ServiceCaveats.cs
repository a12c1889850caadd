using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>The caveats that name the services of a credential and let it expire (Aperture l402/service.go, l402/satisfier.go).</summary>
internal static class ServiceCaveats
{
    private const string ServicesCondition = "services";
    private const string TimeoutSuffix = "_valid_until";
    private const string BaseTier = ":0";

    /// <summary>Names a service at its base tier.</summary>
    public static Caveat Create(string service) => new(ServicesCondition, service + BaseTier);

    /// <summary>Limits access to a service until a time.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="unixSeconds">Expiry.</param>
    public static Caveat ValidUntil(string service, long unixSeconds) =>
        new(service + TimeoutSuffix, unixSeconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Why the caveats of a credential refuse a service; null when they allow it.</summary>
    /// <param name="caveats">In the order they were added; each may only restrict the previous ones.</param>
    /// <param name="service">The service.</param>
    /// <param name="now">Unix seconds.</param>
    public static CredentialRefusal? Verify(IReadOnlyCollection<Caveat> caveats, string service, double now) =>
        !AllowsService(GetValues(caveats, ServicesCondition), service) ? CredentialRefusal.OtherService
        : !IsUnexpired(GetValues(caveats, service + TimeoutSuffix), now) ? CredentialRefusal.Expired
        : null;

    private static string[] GetValues(IEnumerable<Caveat> caveats, string condition) =>
        caveats.Where(caveat => string.Equals(caveat.Condition, condition, StringComparison.Ordinal)).Select(static caveat => caveat.Value).ToArray();

    private static bool AllowsService(string[] values, string service)
    {
        HashSet<string>? allowed = null;
        foreach (var value in values)
        {
            if (ParseNames(value) is not { } names || (allowed is not null && !names.IsSubsetOf(allowed)))
            {
                return false;
            }

            allowed = names;
        }

        return allowed is null || allowed.Contains(service);
    }

    private static HashSet<string>? ParseNames(string value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in value.Split(','))
        {
            var parts = entry.Split(':');
            if (parts.Length != 2 || parts[0].Length == 0 || !long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                return null;
            }

            names.Add(parts[0]);
        }

        return names;
    }

    private static bool IsUnexpired(string[] values, double now)
    {
        var until = long.MaxValue;
        foreach (var value in values)
        {
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) || time > until)
            {
                return false;
            }

            until = time;
        }

        return values.Length == 0 || now < until;
    }
}
