using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Measures the requests per second at the end of an access log.</summary>
public static class AccessLogRate
{
    private const int MaxTail = 4 << 20;
    private const int MaxLine = 1 << 16;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // [29/Nov/2026:12:34:04 +0000]
    private static readonly Regex CombinedTime = new(@"\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]", RegexOptions.CultureInvariant);
    private static readonly string[] JsonTimes = ["time", "timestamp", "@timestamp", "ts", "time_iso8601", "time_local", "msec", "StartUTC", "StartLocal"];

    /// <summary>Requests per second in the last hour of the log, from at most its last 4 MiB.</summary>
    /// <param name="file">The log; it may be written to meanwhile.</param>
    /// <returns>The rate; null if the log has fewer than two requests with a readable time.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static double? Find(string file)
    {
        var times = new List<DateTimeOffset>();
        var reader = new AccessLogLine(AccessLogFormat.Auto, "host");
        foreach (var line in ReadTail(file))
        {
            if (line.Length <= MaxLine && reader.Read(line) is not null && FindTime(line, reader.Format) is { } time)
            {
                times.Add(time);
            }
        }

        if (times.Count < 2)
        {
            return null;
        }

        // Lines are written when requests end, not in the order of their times.
        times.Sort();
        var last = times[times.Count - 1];
        var first = times.FindIndex(time => time >= last - Window);
        var span = last - times[first];
        return span > TimeSpan.Zero ? (times.Count - first - 1) / span.TotalSeconds : null;
    }

    private static IEnumerable<string> ReadTail(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        var isCut = stream.Length > MaxTail;
        if (isCut)
        {
            stream.Seek(-MaxTail, SeekOrigin.End);
        }

        using var text = new StreamReader(stream, new UTF8Encoding(false), false, 1 << 16);
        if (isCut)
        {
            text.ReadLine();
        }

        while (text.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static DateTimeOffset? FindTime(string line, AccessLogFormat format) => format switch
    {
        AccessLogFormat.Aperture => ParseText(line.Substring(0, 23)),
        AccessLogFormat.Json => FindJsonTime(line),
        _ => CombinedTime.Match(line) is { Success: true } found ? ParseText(found.Groups[1].Value) : null,
    };

    private static DateTimeOffset? FindJsonTime(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            foreach (var name in JsonTimes)
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value))
                {
                    return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? FromNumber(number)
                        : value.ValueKind == JsonValueKind.String ? ParseText(value.GetString()!)
                        : null;
                }
            }
        }
        catch (JsonException)
        {
            // A damaged line affects no other.
        }

        return null;
    }

    // Seconds, or milliseconds if the number would be thousands of years in seconds.
    private static DateTimeOffset? FromNumber(double number) => number switch
    {
        > 0 and < 1e11 => DateTimeOffset.FromUnixTimeMilliseconds((long)(number * 1000)),
        >= 1e11 and < 1e14 => DateTimeOffset.FromUnixTimeMilliseconds((long)number),
        _ => null,
    };

    private static DateTimeOffset? ParseText(string text)
    {
        // .NET only reads a time zone with a colon.
        var zoned = text.Length > 5 && text[text.Length - 5] is '+' or '-' && text[text.Length - 3] != ':' ? text.Insert(text.Length - 2, ":") : text;
        return DateTimeOffset.TryParseExact(zoned, "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var combined) ? combined
            : DateTimeOffset.TryParse(zoned, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var other) ? other
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? FromNumber(number)
            : null;
    }
}
