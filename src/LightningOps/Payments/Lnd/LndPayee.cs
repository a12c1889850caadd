using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.L402.Macaroons;

namespace LightningOps.Payments.Lnd;

/// <summary>
/// The LND node of the payee: whether it is unlocked and synced, and how much it can receive
/// (api.lightning.community: GetInfo, ListChannels). A read-only macaroon is enough; nothing is paid and no invoice
/// is created.
/// </summary>
public sealed class LndPayee : IDisposable
{
    private const int Ok = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly WalletHttp http;
    private readonly string baseUrl;
    private readonly LndMacaroon macaroon;

    /// <summary>Prepares the node; only the certificate is read yet.</summary>
    /// <param name="url">Its REST address.</param>
    /// <param name="settings">Macaroon and certificate.</param>
    /// <exception cref="ConfigException">A setting cannot be used.</exception>
    public LndPayee(string url, PayerSettings settings)
    {
        if (settings.Macaroon is null && settings.MacaroonPath is null)
        {
            throw new ConfigException("PayeeMacaroonPath", "LND needs a macaroon", "Specify -PayeeMacaroonPath, the readonly.macaroon of the node.");
        }

        baseUrl = HttpAddress.CheckBase("PayeeNode", url, settings.Http.AllowInsecure);
        http = WalletHttp.OpenPinned(settings.Http, settings.CertificateFingerprint, settings.CertificatePath);
        macaroon = new LndMacaroon(settings.Macaroon, settings.MacaroonPath);
    }

    /// <summary>Name in messages.</summary>
    public string Name => "lnd:" + baseUrl;

    /// <summary>
    /// Rights of its macaroon that reading does not need: to pay, to create addresses, to create macaroons. Empty if
    /// it has none, or they are not known.
    /// </summary>
    /// <exception cref="ConfigException">The macaroon cannot be read.</exception>
    public IReadOnlyList<string> FindExcessRights() => MacaroonRights.Read(macaroon.Reveal()).Dangerous;

    /// <summary>Reads the state of the node.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigException">The macaroon cannot be read.</exception>
    public async Task<LndPayeeReport> ReadAsync(CancellationToken cancellationToken)
    {
        var (info, refusal) = await GetAsync("/v1/getinfo", cancellationToken).ConfigureAwait(false);
        if (info is not { } node)
        {
            return new LndPayeeReport { Node = Name, Reason = refusal };
        }

        if (!IsTrue(node, "synced_to_chain"))
        {
            return new LndPayeeReport { Node = Name, Identity = GetText(node, "identity_pubkey"), IsUnlocked = true, IsSynced = false, Reason = "not_synced_to_chain" };
        }

        var report = new LndPayeeReport { Node = Name, Identity = GetText(node, "identity_pubkey"), IsUnlocked = true, IsSynced = true };
        var (channels, denied) = await GetAsync("/v1/channels?active_only=true", cancellationToken).ConfigureAwait(false);
        return channels is { } listed ? report with { InboundMsats = AddInbound(listed) } : report with { Reason = denied };
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    private async Task<(JsonElement? Answer, string? Refusal)> GetAsync(string path, CancellationToken cancellationToken)
    {
        var request = new GatewayRequest(HttpMethod.Get, new Uri(baseUrl + path)) { Headers = macaroon.ToHeaders() };
        try
        {
            var (status, body) = await http.RequestAsync(request, Limit, cancellationToken).ConfigureAwait(false);
            if (status != Ok)
            {
                return (null, LndRefusal.From(status, body, macaroon.Reveal()).Code);
            }

            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? (document.RootElement.Clone(), null) : (null, LndErrorCodes.NotLnd);
        }
        catch (WalletNoResponseException failure)
        {
            return (null, failure.Code);
        }
        catch (JsonException)
        {
            return (null, LndErrorCodes.NotLnd);
        }
    }

    /// <summary>Total amount that the active channels can receive, without the reserve of the other side.</summary>
    private static decimal? AddInbound(JsonElement answer)
    {
        if (!answer.TryGetProperty("channels", out var channels) || channels.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var sum = 0m;
        foreach (var channel in channels.EnumerateArray().Where(static channel => IsTrue(channel, "active")))
        {
            sum += Math.Max(0, (decimal)GetNumber(channel, "remote_balance") - GetNumber(channel, "remote_chan_reserve_sat"));
        }

        return sum * Msats.PerSatoshi;
    }

    private static bool IsTrue(JsonElement item, string member) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? GetText(JsonElement item, string member) => item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // protobuf's JSON writes 64-bit numbers as strings and leaves out zeros.
    private static long GetNumber(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) && long.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>State of a payee's node.</summary>
public sealed record LndPayeeReport
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Its public key; null if not known.</summary>
    public string? Identity { get; init; }

    /// <summary>Whether its wallet is unlocked and it answers.</summary>
    public bool IsUnlocked { get; init; }

    /// <summary>Whether it is synced to the chain.</summary>
    public bool IsSynced { get; init; }

    /// <summary>Total amount that its active channels can receive, millisatoshis; null if not known.</summary>
    public decimal? InboundMsats { get; init; }

    /// <summary>Why a value is false or unknown; null otherwise.</summary>
    public string? Reason { get; init; }
}
