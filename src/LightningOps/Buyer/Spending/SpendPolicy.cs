using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Buyer.Spending;

/// <summary>Conditions for a payment, in the order of docs/reference/l402.md#spend-policy.</summary>
internal sealed class SpendPolicy
{
    private const long OpenAmountFeeDivisor = 20;
    private const int MaxCaveatLength = 200;

    private readonly SpendLimits limits;

    public SpendPolicy(SpendLimits limits) => this.limits = limits;

    /// <summary>Maximum cost of a request: the smaller of the client's limit and its own.</summary>
    public Msats? MaxSpend(L402Request request) =>
        request.MaxSpend is { } asked && limits.MaxSpend is { } most ? new Msats(Math.Min(asked.Value, most.Value)) : request.MaxSpend ?? limits.MaxSpend;

    // A request with a lower limit decides itself.
    private bool IsOperatorLimit(L402Request request) =>
        limits.MaxSpend is { } most && request.MaxPrice is null && (request.MaxSpend is not { } asked || asked >= most);

    /// <summary>Why requests to a site are denied; null when they are allowed. The site was not asked for its price.</summary>
    public SpendDenial? Check(L402Site site, L402Request request) =>
        FindFault(site, request) is { } denial ? denial with { Reason = denial.Reason + "; nothing was sent", MaxSpend = MaxSpend(request) } : null;

    private SpendDenial? FindFault(L402Site site, L402Request request)
    {
        if (IsBlocked(site.Address, request) || (site.Named is { } named && IsBlocked(named, request)))
        {
            return new SpendDenial(DenyReasonCodes.HostBlocked, "the host is blocked");
        }

        // The Host name of a request identifies the seller. At a loopback address there is nothing else.
        var isAllowed = (site.Named is not null && site.Address.IsLoopback) || IsAllowed(site.Address, request);
        if (!isAllowed || (site.Named is { } seller && !IsAllowed(seller, request)))
        {
            return new SpendDenial(DenyReasonCodes.HostNotAllowlisted, "the host is not on the allow list");
        }

        return site.IsExposed && !request.AllowInsecure
            ? new SpendDenial(DenyReasonCodes.InsecureTransport, "plain http would expose the credential")
            : null;
    }

    /// <summary>Why an offer may not be paid; null when it may be.</summary>
    /// <param name="offer">The demand.</param>
    /// <param name="order">The request.</param>
    /// <param name="payer">The wallet; null for none.</param>
    /// <param name="spent">Amounts spent before.</param>
    /// <param name="now">The time.</param>
    public SpendDenial? Check(PaymentOffer offer, PurchaseOrder order, IInvoicePayer? payer, SpendingTotals spent, DateTimeOffset now)
    {
        var denial = CheckAmount(offer, order, payer) ?? SpendBudget.Check(limits, spent, GetCost(offer, order, payer)) ?? CheckInvoice(offer, payer, now);
        return denial is null ? null : denial with { Quoted = offer.Challenge.Amount, MaxSpend = order.MaxSpend, IsOperatorLimit = denial.Code == DenyReasonCodes.AmountOverCap && IsOperatorLimit(order.Request) };
    }

    /// <summary>Maximum cost of an offer whose amount is within the cap. Routing gets the rest of the cap.</summary>
    public static PurchaseCost GetCost(PaymentOffer offer, PurchaseOrder order, IInvoicePayer? payer)
    {
        var most = order.MaxSpend!.Value;
        if (offer.Challenge.Amount is { } asked)
        {
            return new PurchaseCost(asked, payer?.FeeLimitFor(asked, most.Value - asked.Value) ?? 0);
        }

        // If the payer chooses the amount, part of the cap is reserved for routing.
        var fee = payer?.FeeLimitFor(most, most.Value / OpenAmountFeeDivisor) ?? 0;
        return new PurchaseCost(Math.Max(1, most.Value - fee.Value), fee);
    }

    private static SpendDenial? CheckAmount(PaymentOffer offer, PurchaseOrder order, IInvoicePayer? payer)
    {
        if (order.MaxSpend is not { } most)
        {
            return new SpendDenial(DenyReasonCodes.CapMissing, "no spending limit is set");
        }

        if (offer.Challenge.Amount is not { } asked)
        {
            var isOpen = offer.Challenge.InvoiceAmount is InvoiceAmountKind.Absent or InvoiceAmountKind.NotBolt11;
            return !isOpen || !order.Request.AllowAmountless || order.Request.MaxPrice is not null ? DenyUnknownAmount(offer, payer)
                : CheckFee(GetCost(offer, order, payer), most);
        }

        var price = Math.Min(most.Value, order.Request.MaxPrice?.Value ?? most.Value);
        return asked > price
            ? new SpendDenial(DenyReasonCodes.AmountOverCap, string.Format(CultureInfo.InvariantCulture, "costs {0} msat, the limit is {1} msat", asked.Value, price))
            : CheckFee(GetCost(offer, order, payer), most);
    }

    private static SpendDenial DenyUnknownAmount(PaymentOffer offer, IInvoicePayer? payer) =>
        offer.Challenge.InvoiceAmount == InvoiceAmountKind.Unusable ? new SpendDenial(DenyReasonCodes.AmountUnknown, "the amount is not known: the invoice states no valid amount") { HasInvalidInvoice = true }
            : offer.Invoice is null && payer?.RequiresBolt11 != false ? new SpendDenial(DenyReasonCodes.AmountUnknown, "the amount is not known: the invoice is not valid, " + offer.Fault!.Reason) { HasInvalidInvoice = true }
            : new SpendDenial(DenyReasonCodes.AmountUnknown, "the amount is not known");

    private static SpendDenial? CheckFee(PurchaseCost cost, Msats most) => cost.Total > most
        ? new SpendDenial(
            DenyReasonCodes.AmountOverCap,
            string.Format(CultureInfo.InvariantCulture, "{0} msat and {1} msat for routing exceed the limit of {2} msat", cost.Amount.Value, cost.FeeLimit.Value, most.Value))
        : null;

    private static SpendDenial? CheckInvoice(PaymentOffer offer, IInvoicePayer? payer, DateTimeOffset now)
    {
        if (payer is null)
        {
            return new SpendDenial(DenyReasonCodes.NoPayer, "no wallet is set");
        }

        if (!L402Authorization.TryCreate(offer.Challenge.Macaroon, AnyPreimage, out _, out var fault))
        {
            return new SpendDenial(DenyReasonCodes.TokenInvalid, fault.Reason);
        }

        if (offer.End is { } end && end.At <= now)
        {
            return new SpendDenial(
                DenyReasonCodes.TokenExpired,
                string.Format(
                    CultureInfo.InvariantCulture,
                    "the token of the challenge expired at {0:yyyy-MM-ddTHH:mm:ssZ} (caveat {1}): once paid, it would open nothing",
                    end.At.UtcDateTime,
                    SecretScrubber.Shorten(SellerText.Quote(end.Caveat.ToString()), MaxCaveatLength)));
        }

        if (offer.Invoice is not { } invoice)
        {
            return payer.RequiresBolt11 ? new SpendDenial(DenyReasonCodes.InvoiceInvalid, offer.Fault!.Reason) : null;
        }

        return !invoice.IsPayable ? new SpendDenial(DenyReasonCodes.InvoiceInvalid, "the invoice has no payment secret and no blinded path: nodes do not pay it")
            : offer.IsTokenOfInvoice == false ? new SpendDenial(DenyReasonCodes.TokenNotOfInvoice, "the token belongs to another invoice: paying this one would not unlock it")
            : invoice.IsExpiredAt(now) ? new SpendDenial(DenyReasonCodes.InvoiceExpired, string.Format(CultureInfo.InvariantCulture, "the invoice expired at {0:yyyy-MM-ddTHH:mm:ssZ}", invoice.ExpiresAt.UtcDateTime))
            : offer.Deadline <= now ? new SpendDenial(DenyReasonCodes.InvoiceExpired, string.Format(CultureInfo.InvariantCulture, "the challenge expired at {0:yyyy-MM-ddTHH:mm:ssZ}", offer.Deadline!.Value.UtcDateTime))
            : payer.Network is { } network && network != invoice.Network ? new SpendDenial(DenyReasonCodes.WrongNetwork, "the invoice is for " + invoice.Network + ", the wallet pays on " + network)
            : null;
    }

    private static Preimage AnyPreimage => Preimage.FromBytes(new byte[Preimage.Size]);

    private bool IsBlocked(Uri address, L402Request request) =>
        IsListed(address, limits.BlockedHosts) || IsListed(address, request.BlockedHosts);

    private bool IsAllowed(Uri address, L402Request request) =>
        (limits.AllowedHosts.Count == 0 || IsListed(address, limits.AllowedHosts)) && (request.AllowedHosts.Count == 0 || IsListed(address, request.AllowedHosts));

    private static bool IsListed(Uri address, IReadOnlyList<string> list) => list.Count > 0 && HostPattern.AnyMatches(list, address);
}
