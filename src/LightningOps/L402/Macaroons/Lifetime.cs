using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.L402.Macaroons;

/// <summary>The end of a token.</summary>
/// <param name="At">When it ends. At this moment it has ended.</param>
/// <param name="Caveat">The caveat that sets it.</param>
internal sealed record TokenEnd(DateTimeOffset At, Caveat Caveat);

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
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    /// <summary>The earliest end; null when no caveat sets one.</summary>
    public static TokenEnd? FindEnd(Macaroon macaroon)
    {
        TokenEnd? earliest = null;
        foreach (var (caveat, end) in ReadEnds(macaroon))
        {
            if (end is { } at && !(earliest?.At <= at))
            {
                earliest = new TokenEnd(at, caveat);
            }
        }

        return earliest;
    }

    /// <summary>
    /// Whether <see cref="FindEnd"/> tells the whole truth: false when the value of a caveat that sets an end cannot be
    /// read, and when a caveat is for a third party or has another form than <c>condition=value</c>, because it may set
    /// an end as well (<c>time-before …</c> of the macaroon bakery).
    /// </summary>
    public static bool IsEndKnown(Macaroon macaroon)
    {
        foreach (var caveat in macaroon.Caveats)
        {
            if (caveat.Caveat is null)
            {
                return false;
            }
        }

        foreach (var (_, end) in ReadEnds(macaroon))
        {
            if (end is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The names of a <c>services</c> caveat, <c>name:tier,name:tier</c>.</summary>
    public static IEnumerable<string> ServiceNames(string? services) =>
        (services ?? string.Empty).Split(',').Select(service => service.Split(':')[0]).Where(name => name.Length > 0);

    /// <summary>The caveats that set an end, with the end; null for an end that cannot be read.</summary>
    private static IEnumerable<(Caveat Caveat, DateTimeOffset? End)> ReadEnds(Macaroon macaroon)
    {
        var conditions = new HashSet<string>(ServiceNames(macaroon.FindRestriction(ServicesCondition)).Select(name => name + "_" + ValidUntil), StringComparer.Ordinal) { ValidUntil };
        foreach (var caveat in macaroon.Restrictions)
        {
            if (conditions.Contains(caveat.Condition))
            {
                yield return (caveat, FromSeconds(caveat.Value));
            }
            else if (caveat.Condition.TrimEnd() == Expiration)
            {
                yield return (caveat, FromMilliseconds(caveat.Value));
            }
        }
    }

    // Aperture reads an optional sign and digits (strconv.ParseInt). A timeout that overflows gives a time before 1970.
    private static DateTimeOffset? FromSeconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(Clamp(seconds, 1)) : null;

    private static DateTimeOffset? FromMilliseconds(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? DateTimeOffset.FromUnixTimeMilliseconds(Clamp(value, 1000)) : null;

    private static long Clamp(long value, long perSecond) => Math.Max(FirstSecond * perSecond, Math.Min(value, LastSecond * perSecond));
}
