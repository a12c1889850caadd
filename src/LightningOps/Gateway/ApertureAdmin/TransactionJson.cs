using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using static LightningOps.Gateway.ApertureAdmin.AdminMembers;

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
        return new SettledTransactionPage(Items(document.RootElement, "transactions").Select(Read).ToArray(), Number(document.RootElement, "total_count"));
    }

    private static SettledTransaction Read(JsonElement item) => new()
    {
        Id = Number(item, "id"),
        TokenId = Text(item, "token_id"),
        PaymentHash = Text(item, "payment_hash"),
        ServiceName = Text(item, "service_name"),
        PriceSats = Number(item, "price_sats"),
        CreatedAt = Time(item, "created_at"),
        SettledAt = Time(item, "settled_at"),
    };

    private static DateTimeOffset? Time(JsonElement item, string member) =>
        Text(item, member) is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new FormatException(member);
}
