using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Transactions in the admin API's JSON: snake case, 64-bit numbers as strings, times of RFC 3339.</summary>
internal static class TransactionJson
{
    /// <summary>A page.</summary>
    /// <exception cref="FormatException">It is no such page; the member is named.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static SettledTransactionPage ReadPage(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("transactions", out var list)
            || list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("transactions");
        }

        return new SettledTransactionPage(list.EnumerateArray().Select(Read).ToArray(), Number(document.RootElement, "total_count"));
    }

    private static SettledTransaction Read(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("transactions[]");
        }

        return new SettledTransaction
        {
            Id = Number(item, "id"),
            TokenId = Text(item, "token_id"),
            PaymentHash = Text(item, "payment_hash"),
            ServiceName = Text(item, "service_name"),
            PriceSats = Number(item, "price_sats"),
            CreatedAt = Time(item, "created_at"),
            SettledAt = Time(item, "settled_at"),
        };
    }

    private static string Text(JsonElement item, string member) =>
        !item.TryGetProperty(member, out var value) ? string.Empty
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw new FormatException(member);

    private static long Number(JsonElement item, string member)
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
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException(member);
    }

    private static DateTimeOffset? Time(JsonElement item, string member) =>
        Text(item, member) is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new FormatException(member);
}
