using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.L402.Client;

/// <summary>Sends a request without a credential, to see what is asked for it.</summary>
internal sealed class ChallengeQuestion
{
    private readonly L402Exchange exchange;
    private readonly IProgress<L402Step>? progress;

    public ChallengeQuestion(L402Exchange exchange, IProgress<L402Step>? progress)
    {
        this.exchange = exchange;
        this.progress = progress;
    }

    /// <summary>Only 402 asks for payment. The body of a challenge is not read, however long.</summary>
    /// <exception cref="L402Exception">402 without a challenge that can be used.</exception>
    public async Task<ChallengeAnswer> AskAsync(PurchaseOrder order, CancellationToken cancellationToken)
    {
        var response = await exchange.SendAsync(order, authorization: null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.PaymentRequired)
        {
            return new ChallengeAnswer(null, response);
        }

        using (response)
        {
            var values = response.Headers.TryGetValues("WWW-Authenticate", out var given) ? given : Enumerable.Empty<string>();
            var challenge = L402Challenge.Parse(values);
            progress?.Report(new L402Step("challenge", order.For + " asks for " + challenge));
            return new ChallengeAnswer(challenge, null);
        }
    }
}
