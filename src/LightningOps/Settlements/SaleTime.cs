using System;
using System.Globalization;

namespace LightningOps.Settlements;

/// <summary>Times of the books. A control plane or an older file may contain times beyond the calendar.</summary>
internal static class SaleTime
{
    private const long FirstMs = -62_135_596_800_000;

    /// <summary>The last millisecond of the year 9999.</summary>
    public const long LastMs = 253_402_300_799_999;

    /// <summary>The time, limited to the range of the calendar.</summary>
    public static DateTimeOffset Read(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(FirstMs, Math.Min(ms, LastMs)));

    /// <summary>Its day, UTC.</summary>
    public static string FormatDay(long ms) => Read(ms).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
