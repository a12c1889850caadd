using System;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Http;
using LightningOps.L402.Payments.Http;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>The calls of LND's REST API that pay (api.lightning.community: getinfo, SendPaymentV2, TrackPaymentV2).</summary>
internal sealed class LndApi
{
    private const int Ok = 200;
    private readonly WalletHttp http;
    private readonly string baseUrl;
    private readonly LndMacaroon macaroon;

    public LndApi(WalletHttp http, string baseUrl, LndMacaroon macaroon)
    {
        this.http = http;
        this.baseUrl = baseUrl;
        this.macaroon = macaroon;
    }

    /// <summary>Asks the node which network it is on.</summary>
    /// <exception cref="WalletSilenceException">It gave no answer.</exception>
    public async Task<LndNode> ReadNodeAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var secret = macaroon.Reveal();
        var (status, body) = await http.AskAsync(Request(HttpMethod.Get, "/v1/getinfo", null), limit, cancellationToken).ConfigureAwait(false);
        if (status != Ok)
        {
            return LndNode.Refused(LndRefusal.Of(status, body, secret));
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return LndNode.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return LndNode.Refused(new LndRefusal(LndErrorCodes.NotLnd, "the answer to /v1/getinfo is not an LND's", IsOfLnd: false));
        }
    }

    /// <summary>Pays, and waits for the end.</summary>
    /// <exception cref="WalletSilenceException">No answer, or not all of it, came.</exception>
    public Task<LndPayment> SendAsync(byte[] json, TimeSpan limit, CancellationToken cancellationToken) =>
        StreamAsync(Request(HttpMethod.Post, "/v2/router/send", json), limit, cancellationToken);

    /// <summary>How a payment stands; waits for its end as long as the limit allows.</summary>
    /// <exception cref="WalletSilenceException">Not even its present state came.</exception>
    public Task<LndPayment> TrackAsync(PaymentHash hash, TimeSpan limit, CancellationToken cancellationToken)
    {
        // LND takes the URL-safe alphabet in a path (lightningnetwork/lnd#5090).
        var name = Convert.ToBase64String(hash.ToBytes()).Replace('+', '-').Replace('/', '_');
        return StreamAsync(Request(HttpMethod.Get, "/v2/router/track/" + name, null), limit, cancellationToken);
    }

    private async Task<LndPayment> StreamAsync(GatewayRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        var secret = macaroon.Reveal();
        LndPayment? last = null;
        try
        {
            return await http.AskAsync(
                request,
                limit,
                async (status, lines) =>
                {
                    if (status != Ok)
                    {
                        return LndPayment.Refused(LndRefusal.Of(status, await lines.ReadAllAsync().ConfigureAwait(false), secret));
                    }

                    while (last is not { IsEnded: true } && await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
                    {
                        last = line.Trim().Length == 0 ? last : Read(line, status, secret) ?? last;
                    }

                    return last ?? LndPayment.Unknown("answer_ended_early", "LND ended its answer before the payment's end");
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (WalletSilenceException) when (last is not null)
        {
            return last;
        }
    }

    private static LndPayment? Read(string line, int status, string secret)
    {
        try
        {
            return LndPayment.Read(line, status, secret);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return LndPayment.Unknown("invalid_answer", "the answer is not LND's");
        }
    }

    private GatewayRequest Request(HttpMethod method, string path, byte[]? json) => new(method, new Uri(baseUrl + path))
    {
        Json = json,
        Headers = macaroon.ToHeaders(),
    };
}
