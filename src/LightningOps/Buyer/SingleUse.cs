using System;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Json;
using LightningOps.L402;

namespace LightningOps.Buyer;

/// <summary>
/// Sends single-use credentials (docs/reference/l402.md#payment-scheme). Each is claimed in the store before it is
/// sent, so that no two requests use the same one, and its outcome is recorded.
/// </summary>
internal sealed class SingleUse
{
    private const int FirstError = 400;
    private const int MaxProblemText = 500;

    private readonly L402Exchange exchange;
    private readonly CredentialStore store;
    private readonly IProgress<L402Step>? progress;

    public SingleUse(L402Exchange exchange, CredentialStore store, IProgress<L402Step>? progress)
    {
        this.exchange = exchange;
        this.store = store;
        this.progress = progress;
    }

    /// <summary>Sends an earlier bought credential that was neither used nor refused.</summary>
    /// <returns>Null when another request uses it, or it must be replaced.</returns>
    public async Task<L402Response?> SendAsync(PurchaseOrder order, Purchase purchase, CancellationToken cancellationToken)
    {
        var isReplaced = order.Request.ForceRefresh || (order.Request.AllowRebuy && purchase.IsRefused && !purchase.IsInProgress);
        if (isReplaced || !await store.ClaimAsync(purchase, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            return await SendClaimedAsync(order, purchase, null, L402CacheStatus.Hit, cancellationToken).ConfigureAwait(false);
        }
        catch (L402CredentialRejectedException) when (order.Request.AllowRebuy)
        {
            return null;
        }
    }

    /// <summary>Sends a claimed credential.</summary>
    /// <exception cref="L402CredentialRejectedException">The server refuses it.</exception>
    /// <exception cref="L402TransportException">No answer came; the credential is kept.</exception>
    public async Task<L402Response> SendClaimedAsync(PurchaseOrder order, Purchase purchase, Msats? paid, L402CacheStatus status, CancellationToken cancellationToken)
    {
        if (purchase.IsDeliveryUnknown)
        {
            progress?.Report(new L402Step(L402Step.Warning, PaidAdvice.NotKnown(purchase) + " The same credential is sent again, and nothing is paid."));
        }

        progress?.Report(new L402Step("credential", "sending " + purchase.ProofReference + " to " + purchase.For));
        HttpResponseMessage response;
        try
        {
            response = await exchange.SendAsync(order, new UsableCredential(purchase).HeaderValue(order.Request.AuthorizationFormat), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // It is not known whether the server has seen it. Sending it again costs nothing.
            await store.EndUseAsync(purchase, PurchaseState.Rejected, GetCode(purchase, SingleUseCodes.Unanswered)).ConfigureAwait(false);
            if (failure is L402TransportException unanswered)
            {
                throw unanswered.WithPurchase(purchase, paid is not null);
            }

            throw;
        }

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired)
        {
            await store.EndUseAsync(purchase, PurchaseState.Rejected, GetCode(purchase, SingleUseCodes.Refused)).ConfigureAwait(false);
            using (response)
            {
                throw new L402CredentialRejectedException(purchase, (int)response.StatusCode, await ReadProblemAsync(response, purchase, cancellationToken).ConfigureAwait(false));
            }
        }

        var isLost = (int)response.StatusCode >= FirstError;
        if (!isLost)
        {
            // It is used up once the whole body has arrived.
            await store.EndUseAsync(purchase, PurchaseState.Rejected, SingleUseCodes.Delivering).ConfigureAwait(false);
        }
        else
        {
            await store.EndUseAsync(purchase, PurchaseState.Rejected, GetCode(purchase, SingleUseCodes.NotDelivered)).ConfigureAwait(false);
            progress?.Report(new L402Step(
                L402Step.Warning,
                purchase.For + " answered " + (int)response.StatusCode + " to a credential that is good for one request. " + (purchase.Spent ?? purchase.Reserved) + " msat of purchase " + purchase.PurchaseId + " are lost unless the server accepts it again."));
        }

        return new L402Response(response, status, purchase, paid)
        {
            IsLost = isLost,
            Lose = () => store.LoseUseAsync(purchase),
            Complete = isLost ? null : () => store.EndUseAsync(purchase, PurchaseState.Invalid, SingleUseCodes.Used),
        };
    }

    // An answer to the second use says nothing about the body of the first.
    private static string GetCode(Purchase purchase, string code) => purchase.IsDeliveryUnknown ? SingleUseCodes.DeliveryUnknown : code;

    // RFC 9457: the server's reason for its refusal.
    private async Task<string?> ReadProblemAsync(HttpResponseMessage response, Purchase purchase, CancellationToken cancellationToken)
    {
        if (response.Content?.Headers.ContentType?.MediaType != "application/problem+json" || await exchange.ReadTextAsync(response, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return (Text(document.RootElement, "detail") ?? Text(document.RootElement, "title")) is { } reason ? SellerText.Quote(reason, purchase).TrimEnd('.') : null;
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.FindText(name) is { Length: > 0 and <= MaxProblemText } text ? text : null;
}
