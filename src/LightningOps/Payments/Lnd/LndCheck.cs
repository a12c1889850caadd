using System;
using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;

namespace LightningOps.Payments.Lnd;

/// <summary>Checks an LND node (api.lightning.community: getinfo, ChannelBalance, TrackPaymentV2, CheckMacaroonPermissions). Nothing is paid.</summary>
internal sealed class LndCheck
{
    private readonly LndApi api;
    private readonly TimeSpan limit;

    public LndCheck(LndApi api, TimeSpan limit)
    {
        this.api = api;
        this.limit = limit;
    }

    /// <summary>Checks what a reachable node allows this macaroon to do.</summary>
    /// <param name="node">Its own information.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    public async Task<PayerReport> RunAsync(LndNode node, CancellationToken cancellationToken)
    {
        var report = new PayerReport { Payer = "lnd", IsReachable = true, Node = node.Identity, Network = node.Network, CanReadNode = node.Refusal is null };
        var denied = await api.FindPayRefusalAsync(limit, cancellationToken).ConfigureAwait(false);
        var tracked = await api.TrackAsync(PaymentHash.FromBytes(RandomHash()), limit, null, cancellationToken).ConfigureAwait(false);
        report = report with
        {
            CanPay = denied is null ? null : false,
            CanTrack = tracked.Refusal is { IsNotFound: true } ? true : tracked.Refusal is { LacksPermission: true } ? false : null,
            BalanceMsats = await ReadBalanceAsync(cancellationToken).ConfigureAwait(false),
        };
        return denied is not null ? report with { Code = denied.Code, Reason = denied.Reason }
            : report.CanTrack == false ? report with { Code = LndErrorCodes.MacaroonLacksPermission, Reason = "the macaroon may not call TrackPaymentV2" }
            : tracked.Refusal is { IsNotFound: false } refusal ? report with { Code = refusal.Code, Reason = refusal.Reason }
            : report;
    }

    private async Task<decimal?> ReadBalanceAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await api.GetAsync("/v1/balance/channels", limit, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(body);
            return status == 200 && document.RootElement.TryGetProperty("local_balance", out var local) && local.TryGetProperty("msat", out var msats)
                && long.TryParse(msats.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
                    ? amount
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A hash without a payment, so that the answer only tells whether the call is permitted.
    private static byte[] RandomHash() => Simulation.RandomBytes.Generate(PaymentHash.Size);
}
