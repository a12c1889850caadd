using System;
using System.Globalization;
using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>Times of the books. A control plane or an older file may contain times beyond the calendar.</summary>
internal static class SaleTime
{
    private const long FirstMs = -62_135_596_800_000;

    /// <summary>The last millisecond of the year 9999.</summary>
    public const long LastMs = 253_402_300_799_999;

    /// <summary>When a settlement was paid, Unix milliseconds. Its invoice may have been reported with that time later.</summary>
    public static long GetPaidAtMs(Settlement settlement, Invoice? invoice) => invoice?.SettledAtMs ?? settlement.CreatedAtMs;

    /// <summary>The time, limited to the range of the calendar.</summary>
    public static DateTimeOffset Read(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(FirstMs, Math.Min(ms, LastMs)));

    /// <summary>Its day, UTC.</summary>
    public static string FormatDay(long ms) => Read(ms).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
