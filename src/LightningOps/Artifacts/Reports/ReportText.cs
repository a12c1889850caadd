using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.Json;

namespace LightningOps.Artifacts.Reports;

/// <summary>Values as a report writes them, the same in every culture.</summary>
internal static class ReportText
{
    private const string MsatsSuffix = "Msats";
    private const char NarrowSpace = '\u202f';

    /// <summary><c>2 500 msat</c>.</summary>
    public static string Msats(decimal amount) => Grouped(amount) + "\u00a0msat";

    /// <summary><c>2.5 sat</c>: exact, because a satoshi is 1,000 msat.</summary>
    public static string Sats(decimal amount)
    {
        var rest = Math.Abs(amount % 1000);
        var sign = amount is < 0 and > -1000 ? "-" : string.Empty;
        return sign + Grouped(decimal.Truncate(amount / 1000)) + (rest == 0 ? string.Empty : "." + rest.ToString("000", CultureInfo.InvariantCulture).TrimEnd('0')) + "\u00a0sat";
    }

    /// <summary><c>640 ms</c>, <c>1.25 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(TimeSpan duration) =>
        duration < TimeSpan.FromMilliseconds(1) ? "<\u00a01\u00a0ms"
        : duration.TotalMilliseconds < 1000 ? ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "\u00a0ms"
        : duration.TotalSeconds < 60 ? duration.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + "\u00a0s"
        : ((long)duration.TotalMinutes).ToString(CultureInfo.InvariantCulture) + "\u00a0min " + duration.Seconds.ToString(CultureInfo.InvariantCulture) + "\u00a0s";

    /// <summary><c>1 of 3 checks</c> and the like.</summary>
    public static string Count(long count, string one, string many) => Grouped(count) + " " + (count == 1 ? one : many);

    /// <summary><c>configHash</c> as <c>config hash</c>, <c>amountMsats</c> as <c>amount</c>: the value has the unit.</summary>
    public static string Humanize(string name)
    {
        if (name.EndsWith(MsatsSuffix, StringComparison.Ordinal) && name.Length > MsatsSuffix.Length)
        {
            name = name.Substring(0, name.Length - MsatsSuffix.Length);
        }

        var words = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0 && words[words.Length - 1] != ' ')
            {
                words.Append(' ');
            }

            words.Append(letter is '_' ? ' ' : char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>A detail of an event.</summary>
    public static string Value(string name, object? value) => value switch
    {
        null => "none",
        string text => text,
        bool flag => flag ? "yes" : "no",
        Msats amount => Msats(amount),
        long or int or decimal when name.EndsWith(MsatsSuffix, StringComparison.Ordinal) => Msats(Convert.ToDecimal(value, CultureInfo.InvariantCulture)),
        Enum or IFormattable => Unquoted(ArtifactJson.Serialize(value)),
        IDictionary => ArtifactJson.Serialize(value),
        IEnumerable<object?> list => List(list),
        IEnumerable list => List(list.Cast<object?>()),
        _ => Unquoted(ArtifactJson.Serialize(value)),
    };

    private static string List(IEnumerable<object?> values)
    {
        var all = values.Select(static value => Value(string.Empty, value)).ToArray();
        return all.Length == 0 ? "none" : string.Join(", ", all);
    }

    private static string Unquoted(string json) =>
        json.Length > 1 && json[0] == '"' ? System.Text.Json.JsonSerializer.Deserialize<string>(json) ?? string.Empty : json;

    private static string Grouped(decimal number) =>
        number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', NarrowSpace);
}
