using System;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.L402;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The buyer's actions at a local site, with their checks.</summary>
internal sealed class LocalPurchases
{
    /// <summary>Clocks that differ more than this make expiries and budgets wrong.</summary>
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(1);

    private readonly LocalSite site;
    private readonly TimeProvider time;

    public LocalPurchases(LocalSite site, TimeProvider time)
    {
        this.site = site;
        this.time = time;
    }

    /// <summary>Buys, and gets the upstream's answer.</summary>
    /// <exception cref="LightningOpsException">The price was wrong, or it was not paid or not served.</exception>
    public async Task<LocalSale> BuyAsync(string requestId, string taskId, Msats price, CancellationToken cancellationToken)
    {
        var request = site.RequestFor(LocalPaywalls.SoldPath, requestId) with { MaxSpend = price };
        Check(await site.Buyer.QuoteAsync(request, cancellationToken).ConfigureAwait(false), price);
        var (answer, upstreamSaw) = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        Require(answer.StatusCode == (int)HttpStatusCode.OK && upstreamSaw == 1, "full_flow_paid_request_not_served", "The paid request was answered with " + answer.StatusCode + ".");
        Require(answer.Amount == price, "full_flow_wrong_amount", "The request cost " + answer.Amount + " msat instead of " + price + " msat.");
        Require(site.Node.IsSettled(answer.PaymentHash!), "full_flow_invoice_not_settled", "The node does not report the invoice as paid.");
        return new LocalSale(requestId, taskId, price, answer.PaymentHash!, answer.ProofReference!);
    }

    /// <summary>Uses the bought credential again: the request is served, and nothing is paid.</summary>
    /// <exception cref="LightningOpsException">It was refused, or paid again.</exception>
    public async Task ReuseCredentialAsync(string requestId, CancellationToken cancellationToken)
    {
        var spent = site.BuyerWallet.Spent;
        var (answer, upstreamSaw) = await SendAsync(site.RequestFor(LocalPaywalls.SoldPath, requestId), cancellationToken).ConfigureAwait(false);
        Require(answer.StatusCode == (int)HttpStatusCode.OK && upstreamSaw == 1, "full_flow_not_served_after_pause", "After the pause the paid request was answered with " + answer.StatusCode + ".");
        Require(site.BuyerWallet.Spent == spent, "full_flow_paid_twice", "The buyer paid twice for the same resource.");
    }

    /// <summary>Expects a refusal: no invoice is created, nothing is paid, and the upstream gets no request.</summary>
    /// <returns>The HTTP status.</returns>
    /// <exception cref="LightningOpsException">It was served or offered for sale.</exception>
    public async Task<int> ExpectRefusalAsync(string path, string requestId, CancellationToken cancellationToken)
    {
        var (spent, invoices) = (site.BuyerWallet.Spent, site.Node.Invoices.Count);
        var (answer, upstreamSaw) = await SendAsync(site.RequestFor(path, requestId), cancellationToken).ConfigureAwait(false);
        Require(answer.StatusCode >= (int)HttpStatusCode.BadRequest && upstreamSaw == 0, "full_flow_policy_denied_missing", path + " was answered with " + answer.StatusCode + " although it is closed.");
        Require(site.BuyerWallet.Spent == spent && site.Node.Invoices.Count == invoices, "full_flow_closed_but_sold", path + " is closed but was offered for sale.");
        return answer.StatusCode;
    }

    private void Check(L402Quote quote, Msats price)
    {
        Require(quote.StatusCode == (int)HttpStatusCode.PaymentRequired && quote.Invoice is not null, "full_flow_challenge_missing", "The request was answered with " + quote.StatusCode + " instead of 402.");
        Require(quote.Amount == price, "full_flow_wrong_amount", "The gateway charges " + quote.Amount + " msat instead of " + price + " msat.");
        var skew = quote.Invoice!.CreatedAt - time.GetUtcNow();
        Require(skew.Duration() <= MaxSkew, "clock_skewed", FormattableString.Invariant($"The node's clock is {Math.Abs(skew.TotalSeconds):0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's."));
        Require(quote.Denial is null, quote.Denial?.Code ?? string.Empty, quote.Denial?.Reason ?? string.Empty);
    }

    private async Task<(L402Response Answer, long UpstreamSaw)> SendAsync(L402Request request, CancellationToken cancellationToken)
    {
        var before = site.Upstream.Requests;
        using var answer = await site.Buyer.SendAsync(request, cancellationToken).ConfigureAwait(false);
        using var body = new StreamReader(await answer.OpenBodyAsync().ConfigureAwait(false), Encoding.UTF8);
        await body.ReadToEndAsync().ConfigureAwait(false);
        return (answer, site.Upstream.Requests - before);
    }

    private static void Require(bool holds, string code, string reason)
    {
        if (!holds)
        {
            throw new FlowCheckException(code, reason);
        }
    }
}

/// <summary>One purchase of a local run, as recorded by the buyer.</summary>
/// <param name="RequestId">Id of the request.</param>
/// <param name="TaskId">Task of the purchase.</param>
/// <param name="Amount">Amount paid.</param>
/// <param name="PaymentHash">Hash of the paid invoice.</param>
/// <param name="ProofReference">Reference of the proof: <c>preimage:</c> and 16 digits.</param>
internal sealed record LocalSale(string RequestId, string TaskId, Msats Amount, PaymentHash PaymentHash, string ProofReference);
