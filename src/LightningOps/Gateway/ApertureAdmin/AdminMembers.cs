using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Members of the admin API's JSON, which is protobuf's: 64-bit numbers as strings, missing members as zero values.</summary>
internal static class AdminMembers
{
    private const int MaxQuoted = 40;

    // No payment of Lightning is older. Go writes its zero time as the year 1.
    private static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(0);

    /// <summary>The objects of a required list.</summary>
    /// <exception cref="FormatException">The list is missing, or an item is not an object; the member is named.</exception>
    public static IEnumerable<JsonElement> Items(JsonElement root, string member) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Object ? item : throw new FormatException(member + "[]"))
            : throw new FormatException(member);

    /// <summary>A text.</summary>
    /// <exception cref="FormatException">It has another type.</exception>
    public static string Text(JsonElement item, string member) =>
        !item.TryGetProperty(member, out var value) ? string.Empty
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Wrong(member, value);

    /// <summary>A Boolean.</summary>
    /// <exception cref="FormatException">It has another type.</exception>
    public static bool Flag(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(member, value));

    /// <summary>A 64-bit number.</summary>
    /// <exception cref="FormatException">It has another type.</exception>
    public static long Number(JsonElement item, string member)
    {
        if (!item.TryGetProperty(member, out var value))
        {
            return 0;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(member, value);
    }

    /// <summary>A time of RFC 3339; null if there is none, or if it is the zero time of Go.</summary>
    /// <exception cref="FormatException">It has another type.</exception>
    public static DateTimeOffset? Time(JsonElement item, string member) =>
        Text(item, member) is not { Length: > 0 } text ? null
        : TryReadTime(text, out var time) ? (time > Epoch ? time : null)
        : throw Wrong(member, item.GetProperty(member));

    /// <summary>Like <see cref="Time"/>; null also for a text that is not a time.</summary>
    public static DateTimeOffset? FindTime(JsonElement item, string member) => TryReadTime(Text(item, member), out var time) && time > Epoch ? time : null;

    /// <summary>The member with the value that it must not have.</summary>
    private static FormatException Wrong(string member, JsonElement value)
    {
        var text = value.GetRawText();
        return new FormatException(member + " is " + TerminalText.Clean(text.Length > MaxQuoted ? text.Substring(0, MaxQuoted) + "\u2026" : text));
    }

    private static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
