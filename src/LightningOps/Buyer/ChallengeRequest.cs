using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Challenges;

namespace LightningOps.Buyer;

/// <summary>Sends a request without a credential to get its challenge.</summary>
internal sealed class ChallengeRequest
{
    private readonly L402Exchange exchange;
    private readonly IProgress<L402Step>? progress;
    private readonly TimeProvider time;

    public ChallengeRequest(L402Exchange exchange, IProgress<L402Step>? progress, TimeProvider time)
    {
        this.exchange = exchange;
        this.progress = progress;
        this.time = time;
    }

    /// <summary>Only 402 asks for payment. The body of a challenge is never read. Without a challenge, the beginning of a JSON body is.</summary>
    /// <exception cref="L402Exception">402 without a usable challenge.</exception>
    /// <exception cref="L402OtherDemandException">402 with a demand other than L402.</exception>
    public async Task<ChallengeResponse> AskAsync(PurchaseOrder order, CancellationToken cancellationToken)
    {
        var response = await exchange.SendAsync(order, authorization: null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.PaymentRequired)
        {
            return new ChallengeResponse(null, response, Array.Empty<PaymentDemand>());
        }

        using (response)
        {
            var values = Values(response, "WWW-Authenticate");
            var others = PaymentDemandReader.ReadHeaders(values, Values(response, PaymentDemandReader.X402HeaderName)).ToArray();
            var challenge = ReadChallenge(order, values, out var error);
            if (challenge is null)
            {
                await ThrowOtherAsync(order, response, others, error!, cancellationToken).ConfigureAwait(false);
                throw new L402Exception(error! with { Reason = order.Request + ": " + SellerText.Mask(error.Reason) + ". Nothing was paid" });
            }

            progress?.Report(new L402Step("challenge", order.For + " sent: " + challenge));
            return new ChallengeResponse(challenge, null, others);
        }
    }

    // L402 comes first: its credential serves more than one request. A broken L402 challenge is not skipped.
    private L402Challenge? ReadChallenge(PurchaseOrder order, string[] values, out L402Error? error)
    {
        error = null;
        L402Challenge? challenge = null;
        if (order.Request.Scheme != PaymentSchemeChoice.Payment && (L402Challenge.TryParse(values, time.GetUtcNow(), out challenge, out error) || order.Request.Scheme == PaymentSchemeChoice.L402 || error.Code != L402ErrorCodes.ChallengeMissing))
        {
            return challenge;
        }

        if (!PaymentChargeReader.TryRead(values, out var charge, out var fault))
        {
            error = fault ?? error ?? L402Error.Challenge(L402ErrorCodes.ChallengeMissing, "there is no Payment challenge for a charge with lightning");
            return null;
        }

        if (charge!.Value.Warning is { } warning)
        {
            progress?.Report(new L402Step(L402Step.Warning, order.For + ": " + SellerText.Quote(warning) + "."));
        }

        return charge.Value.Challenge;
    }

    private static string[] Values(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var given) ? given.ToArray() : Array.Empty<string>();

    // A broken L402 challenge is reported as such, even if other schemes are offered.
    private async Task ThrowOtherAsync(PurchaseOrder order, HttpResponseMessage response, IReadOnlyList<PaymentDemand> others, L402Error error, CancellationToken cancellationToken)
    {
        if (error.Code != L402ErrorCodes.ChallengeMissing)
        {
            return;
        }

        var demands = others.Count > 0 ? others : await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        if (demands.Count > 0)
        {
            throw new L402OtherDemandException(order.For, demands, order.Request.Scheme);
        }
    }

    private async Task<IReadOnlyList<PaymentDemand>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = response.Content?.Headers.ContentType?.MediaType ?? string.Empty;
        return type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            ? PaymentDemandReader.ReadJson(await exchange.ReadTextAsync(response, cancellationToken).ConfigureAwait(false) ?? string.Empty)
            : type.Equals("text/html", StringComparison.OrdinalIgnoreCase) ? new[] { new PaymentDemand { Scheme = "Page" } }
            : Array.Empty<PaymentDemand>();
    }
}

/// <summary>The response to a request without a credential: one of the two.</summary>
/// <param name="Challenge">The challenge.</param>
/// <param name="UnpaidResponse">The answer, when no payment is required.</param>
/// <param name="Others">Other payment demands besides L402.</param>
internal sealed record ChallengeResponse(L402Challenge? Challenge, HttpResponseMessage? UnpaidResponse, IReadOnlyList<PaymentDemand> Others);
