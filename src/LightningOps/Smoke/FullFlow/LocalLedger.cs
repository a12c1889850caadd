using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Gateway.Loopback;
using LightningOps.Paywalls;
using LightningOps.Settlements;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The seller's books of a local site: records the gateway's sales, and finds the purchase among them.</summary>
internal sealed class LocalLedger
{
    private const int ProofDigits = 16;
    private const int IdDigits = 16;

    private readonly LocalSite site;
    private readonly IControlPlane controlPlane;
    private readonly IReadOnlyList<Paywall> paywalls;

    public LocalLedger(LocalSite site, IControlPlane controlPlane, IReadOnlyList<Paywall> paywalls)
    {
        this.site = site;
        this.controlPlane = controlPlane;
        this.paywalls = paywalls;
    }

    /// <summary>Records the invoice of a purchase and its payment, and the payment a second time.</summary>
    /// <returns>The outcome of each.</returns>
    /// <exception cref="LightningOpsException">The gateway does not know the purchase, or the store does not accept it.</exception>
    public async Task<IReadOnlyList<IngestOutcome>> IngestAsync(LocalSale sale, CancellationToken cancellationToken)
    {
        var sold = site.Gateway.Transactions.FirstOrDefault(transaction => transaction.PaymentHash == sale.PaymentHash.Hex && transaction.SettledAtMs is not null)
            ?? throw new FlowCheckException("full_flow_settlement_missing", "The gateway has no settled transaction with payment hash " + sale.PaymentHash + ".");
        var settled = SettlementEvent.From(CreateSettlement(sale, sold));
        var outcomes = new List<IngestOutcome>();
        foreach (var told in new[] { SettlementEvent.From(CreateOpenInvoice(sale, sold)), settled, settled })
        {
            outcomes.Add(await SingleIngest.SendAsync(controlPlane, told, cancellationToken).ConfigureAwait(false));
        }

        return outcomes;
    }

    /// <summary>Finds the purchase in the store by its payment hash, and compares it with the books.</summary>
    /// <exception cref="LightningOpsException">They do not agree.</exception>
    public async Task<StoredSettlement> FindAsync(LocalSale sale, IReadOnlyList<IngestOutcome> outcomes, CancellationToken cancellationToken)
    {
        var history = (ISettlementHistory)controlPlane;
        var recorded = (await history.ListSettlementsAsync(new SettlementQuery { OwnerId = LocalPaywalls.OwnerId }, cancellationToken).ConfigureAwait(false))
            .Where(settlement => settlement.PaymentHash == sale.PaymentHash.Hex).ToArray();
        Require(recorded.Length == 1, "The store contains " + recorded.Length + " settlements with payment hash " + sale.PaymentHash + " instead of one.");
        var settlement = recorded[0].Settlement;
        var proof = sale.ProofReference.Substring(sale.ProofReference.Length - ProofDigits);
        Require(settlement.PaymentProofRef.StartsWith(PaymentIdentity.PreimagePrefix + proof, StringComparison.Ordinal), "The proof of the settlement differs from the proof of the buyer.");
        Require(settlement.AmountMsats == sale.Amount && settlement.RequestId == sale.RequestId && recorded[0].TaskId == sale.TaskId, "The amount, request or task of the settlement differs from the purchase.");
        Require(outcomes[2].Existed, "A payment reported twice was recorded twice.");
        Require(await history.FindInvoiceAsync(settlement.InvoiceId!, cancellationToken).ConfigureAwait(false) is { Status: InvoiceStatus.Settled }, "The invoice of the settlement is not settled.");
        return recorded[0];
    }

    private InvoiceUpdate CreateOpenInvoice(LocalSale sale, GatewayTransaction sold) => new()
    {
        InvoiceId = "inv_" + sale.PaymentHash.Hex.Substring(0, IdDigits),
        PaywallId = GetPaywall(sold).PaywallId,
        OwnerId = GetPaywall(sold).OwnerId,
        AmountMsats = new Msats(sold.PriceSats * Msats.PerSatoshi),
        Status = InvoiceStatus.Open,
        PaymentHash = sold.PaymentHash,
        PaymentRequest = site.Node.Find(sale.PaymentHash)!.PaymentRequest,
        RequestId = sale.RequestId,
    };

    private SettlementWithProof CreateSettlement(LocalSale sale, GatewayTransaction sold) => new()
    {
        SettlementId = "set_" + sale.PaymentHash.Hex.Substring(0, IdDigits),
        PaywallId = GetPaywall(sold).PaywallId,
        OwnerId = GetPaywall(sold).OwnerId,
        InvoiceId = "inv_" + sale.PaymentHash.Hex.Substring(0, IdDigits),
        AmountMsats = new Msats(sold.PriceSats * Msats.PerSatoshi),
        PaymentHash = sold.PaymentHash,
        PaymentProofValue = site.Node.Find(sale.PaymentHash)!.Preimage.Reveal(),
        RequestId = sale.RequestId,
        TaskId = sale.TaskId,
        RouteId = GetRoute(sold).RouteId,
    };

    private Paywall GetPaywall(GatewayTransaction sold) => paywalls.First(paywall => paywall.PaywallId == GetRoute(sold).PaywallId);

    /// <summary>The route from which a service of the gateway was compiled.</summary>
    private PaywallRoute GetRoute(GatewayTransaction sold) =>
        paywalls.SelectMany(static paywall => paywall.Routes).FirstOrDefault(route => ServiceName.For(route.PaywallId, route) == sold.ServiceName)
        ?? throw new FlowCheckException("full_flow_settlement_missing", "No paywall compiled to the service " + sold.ServiceName + ".");

    private static void Require(bool holds, string reason)
    {
        if (!holds)
        {
            throw new FlowCheckException("full_flow_settlement_failed", reason);
        }
    }
}
