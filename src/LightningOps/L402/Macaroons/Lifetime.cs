using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// Finds when a macaroon expires: <c>SERVICE_valid_until</c> of its own services and <c>valid_until</c> in seconds
/// since 1970 (Aperture, l402/satisfier.go), <c>expiration</c> in milliseconds since 1970 (boltwall, next-l402). The
/// earliest counts.
/// </summary>
internal static class Lifetime
{
    private const string ServicesCondition = "services";
    private const string ValidUntil = "valid_until";
    private const string Expiration = "expiration";
    private const long LastSecond = 253_402_300_799;

    /// <summary>The earliest expiry; null when no caveat sets one.</summary>
    public static DateTimeOffset? FindEnd(Macaroon macaroon)
    {
        var conditions = new HashSet<string>(ServiceNames(macaroon.FindRestriction(ServicesCondition)).Select(name => name + "_" + ValidUntil), StringComparer.Ordinal) { ValidUntil };
        var ends = macaroon.Restrictions.Select(caveat =>
            conditions.Contains(caveat.Condition) ? FromSeconds(caveat.Value)
            : caveat.Condition.TrimEnd() == Expiration ? FromMilliseconds(caveat.Value)
            : null);
        return ends.Min();
    }

    /// <summary>The names of a <c>services</c> caveat, <c>name:tier,name:tier</c>.</summary>
    public static IEnumerable<string> ServiceNames(string? services) =>
        (services ?? string.Empty).Split(',').Select(service => service.Split(':')[0]).Where(name => name.Length > 0);

    private static DateTimeOffset? FromSeconds(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, LastSecond)) : null;

    private static DateTimeOffset? FromMilliseconds(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(value, LastSecond * 1000)) : null;
}
