using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using static LightningOps.Gateway.ApertureAdmin.AdminMembers;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>A gateway that is an Aperture with an admin API.</summary>
internal interface IApertureApi
{
    /// <summary>The admin API.</summary>
    /// <param name="operation">Name of the operation, for failures.</param>
    /// <exception cref="GatewayException">The gateway cannot be called.</exception>
    AdminApi GetApi(string operation);
}

/// <summary>Aperture's own operations over its admin API (docs/reference/aperture.md#admin-api).</summary>
public sealed class ApertureOperations
{
    private const int PageSize = 1000;
    private readonly IApertureApi gateway;
    private readonly string name;

    private ApertureOperations(IApertureApi gateway, string name)
    {
        this.gateway = gateway;
        this.name = name;
    }

    /// <summary>The operations of a gateway, which its creator disposes; null if it is not an Aperture with an admin API.</summary>
    public static ApertureOperations? Find(IGateway gateway) => gateway is IApertureApi aperture ? new ApertureOperations(aperture, gateway.Name) : null;

    /// <summary>Health and settings.</summary>
    /// <exception cref="GatewayException">The settings could not be read.</exception>
    public async Task<ApertureInfo> ReadInfoAsync(CancellationToken cancellationToken)
    {
        var api = gateway.GetApi("read info");
        var trouble = await api.FindHealthTroubleAsync(cancellationToken).ConfigureAwait(false);
        return await api.ReadAsync(api.GetAddress("info", string.Empty), body => ReadInfo(body, trouble), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Transactions, newest first, including pending ones.</summary>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public Task<ApertureList<ApertureTransaction>> ListTransactionsAsync(ApertureTransactionQuery query, CancellationToken cancellationToken)
    {
        query = query ?? throw new ArgumentNullException(nameof(query));
        var filters = (query.State is { } state ? "&state=" + (state == ApertureTransactionState.Settled ? "settled" : "pending") : string.Empty)
            + (query.ServiceName is { } service ? "&service=" + Uri.EscapeDataString(service) : string.Empty);
        return ListAsync("transactions", filters, ReadTransaction, static transaction => transaction.Id, query.Matches, query.First, cancellationToken);
    }

    /// <summary>Tokens that are sold and not revoked, newest first.</summary>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public Task<ApertureList<ApertureToken>> ListTokensAsync(int first, CancellationToken cancellationToken) =>
        ListAsync("tokens", string.Empty, ReadToken, static token => token.TokenId, static _ => true, first, cancellationToken);

    /// <summary>Revokes a token. It opens nothing any more, and its transaction disappears from lists and statistics.</summary>
    /// <returns>False when the token does not exist, or is not paid.</returns>
    /// <exception cref="GatewayException">The call was refused, or its outcome is not known.</exception>
    public Task<bool> RevokeTokenAsync(string tokenId, CancellationToken cancellationToken) => gateway.GetApi("revoke token").RevokeAsync(tokenId, cancellationToken);

    /// <summary>Sales as counted by the Aperture.</summary>
    /// <param name="since">Settled at this time or later; null for all.</param>
    /// <param name="until">Settled until this time; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The services could not be read.</exception>
    public Task<ApertureStatistic> ReadStatisticAsync(DateTimeOffset? since, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var api = gateway.GetApi("read statistic");

        // Aperture requires both ends or none, in whole seconds.
        var query = since is null && until is null ? string.Empty
            : FormattableString.Invariant($"?from={since ?? DateTimeOffset.FromUnixTimeSeconds(0):yyyy-MM-ddTHH:mm:ssZ}&to={until ?? new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero):yyyy-MM-ddTHH:mm:ssZ}");
        return api.ReadAsync(api.GetAddress("stats", query), body => ReadStatistic(body, since, until), cancellationToken);
    }

    private async Task<ApertureList<T>> ListAsync<T, TKey>(
        string place, string filters, Func<JsonElement, T> read, Func<T, TKey> getKey, Func<T, bool> matches, int first, CancellationToken cancellationToken)
    {
        var api = gateway.GetApi("list " + place);
        var found = new List<T>();
        var seen = new HashSet<TKey>();
        long? counted = null;
        var missing = 0L;
        for (var offset = 0; found.Count < first; offset += PageSize)
        {
            var address = api.GetAddress(place, FormattableString.Invariant($"?limit={PageSize}&offset={offset}") + filters);
            var (page, total) = await api.ReadAsync(address, body => ReadPage(body, place, read), cancellationToken).ConfigureAwait(false);

            // Sales made meanwhile move other items to the next page.
            var fresh = page.Where(item => seen.Add(getKey(item))).ToArray();
            found.AddRange(fresh.Where(matches));
            counted = Math.Min(counted ?? total, total);
            if (page.Count < PageSize)
            {
                // What is sold while the pages are read is counted on the later ones only.
                missing = Math.Max(0, counted.Value - seen.Count);
                break;
            }

            if (fresh.Length == 0)
            {
                // A server that answers each page with the same items would be read for ever, and its list would be
                // incomplete.
                throw new GatewayException(name, "list " + place, "list_does_not_end", "Check that the address is an Aperture's: it answers two pages of its list with the same items.");
            }
        }

        return new ApertureList<T>(found.Count > first ? found.GetRange(0, first) : found, missing, missing == 0 ? null : FormattableString.Invariant(
            $"{name} counts {missing} {(missing == 1 ? place.TrimEnd('s') : place)} more than it lists, so the list is not complete. Run the command again; if it stays so, look at the gateway's database."));
    }

    private static (List<T> Items, long Total) ReadPage<T>(ReadOnlyMemory<byte> body, string member, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(body);
        return (Items(document.RootElement, member).Select(read).ToList(), Number(document.RootElement, "total_count"));
    }

    private ApertureInfo ReadInfo(ReadOnlyMemory<byte> body, string? trouble)
    {
        using var document = JsonDocument.Parse(body);
        var info = RequireObject(document.RootElement, "info");
        return new ApertureInfo
        {
            Gateway = name,
            IsHealthy = trouble is null,
            HealthFailure = trouble,
            Network = Text(info, "network"),
            ListenAddress = Text(info, "listen_addr"),
            IsInsecure = Flag(info, "insecure"),
            OffersPayments = Flag(info, "mpp_enabled"),
            OffersSessions = Flag(info, "sessions_enabled"),
            PaymentRealm = Text(info, "mpp_realm"),
        };
    }

    private ApertureTransaction ReadTransaction(JsonElement item) => new()
    {
        Gateway = name,
        Id = Number(item, "id"),
        TokenId = Text(item, "token_id") is { Length: > 0 } token ? token : null,
        PaymentHash = Text(item, "payment_hash"),
        ServiceName = Text(item, "service_name"),
        PriceSats = Number(item, "price_sats"),
        State = Text(item, "state") switch
        {
            "settled" => ApertureTransactionState.Settled,
            "pending" => ApertureTransactionState.Pending,
            _ => throw new FormatException("state"),
        },
        CreatedAt = Time(item, "created_at"),
        SettledAt = Time(item, "settled_at"),
    };

    private ApertureToken ReadToken(JsonElement item) => new()
    {
        Gateway = name,
        TokenId = Text(item, "token_id"),
        PaymentHash = Text(item, "payment_hash"),
        ServiceName = Text(item, "service_name"),
        PriceSats = Number(item, "price_sats"),
        CreatedAt = Time(item, "created_at"),
        SettledAt = Time(item, "settled_at"),
    };

    private ApertureStatistic ReadStatistic(ReadOnlyMemory<byte> body, DateTimeOffset? since, DateTimeOffset? until)
    {
        using var document = JsonDocument.Parse(body);
        var stats = RequireObject(document.RootElement, "stats");
        return new ApertureStatistic
        {
            Gateway = name,
            Since = since,
            Until = until,
            RevenueSats = Number(stats, "total_revenue_sats"),
            TransactionCount = Number(stats, "transaction_count"),
            Services = stats.TryGetProperty("service_breakdown", out _)
                ? Items(stats, "service_breakdown").Select(static item => new ApertureServiceRevenue(Text(item, "service_name"), Number(item, "total_revenue_sats"))).ToArray()
                : [],
        };
    }

    private static JsonElement RequireObject(JsonElement root, string what) => root.ValueKind == JsonValueKind.Object ? root : throw new FormatException(what);
}
