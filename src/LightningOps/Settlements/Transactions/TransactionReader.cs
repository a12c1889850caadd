using System.Collections.Generic;
using System.Globalization;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.Paywalls;
using LightningOps.Settlements.Sources;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Makes settlements of a gateway's transactions. Their ids come from the payment hash, so that a transaction read twice
/// is one settlement; what proves them is the payment hash, for a gateway does not tell preimages.
/// </summary>
internal sealed class TransactionReader
{
    private readonly ServiceDirectory services;
    private readonly string gateway;

    public TransactionReader(ServiceDirectory services, string gateway)
    {
        this.services = services;
        this.gateway = gateway;
    }

    public SettlementInput Read(SettledTransaction transaction)
    {
        if (!PaymentHash.TryParse(transaction.PaymentHash, out var hash, out _) || transaction.PriceSats < 0 || transaction.PriceSats > long.MaxValue / Msats.PerSatoshi)
        {
            return Reject(transaction, RejectionCodes.InvalidTransaction, "has no payment hash or no price", "Check the log of the gateway.");
        }

        var (route, code) = services.Find(transaction.ServiceName);
        return route is not null ? SettlementInput.From(SettlementEvent.From(Record(transaction, hash.Hex, route)))
            : code == RejectionCodes.UnknownService
                ? Reject(transaction, code, "is of service " + transaction.ServiceName + ", which belongs to no paywall", "Restore the paywall in the control plane and import again, or exclude the service with -ExcludeService.")
            : Reject(transaction, code!, "is of service " + transaction.ServiceName + ", which belongs to several routes", "Use a unique id for each route.");
    }

    private ExternalSettlement Record(SettledTransaction transaction, string hash, PaywallRoute route) => new()
    {
        SettlementId = "set_" + hash,
        InvoiceId = "inv_" + hash,
        PaywallId = route.PaywallId,
        OwnerId = route.OwnerId,
        RouteId = route.RouteId,
        AmountMsats = transaction.PriceSats * Msats.PerSatoshi,
        PaymentHash = hash,
        PaymentProofRef = ProofReference.FromPaymentHash(hash),
        SettledAtMs = transaction.SettledAt?.ToUnixTimeMilliseconds(),
        Metadata = new JsonText(ArtifactJson.Serialize(new TransactionMetadata(
            "aperture", gateway, transaction.Id, transaction.TokenId.Length == 0 ? null : transaction.TokenId, transaction.CreatedAt?.ToUnixTimeMilliseconds()))),
    };

    private static SettlementInput Reject(SettledTransaction transaction, string code, string reason, string remedy) => SettlementInput.From(new RejectedEvent
    {
        Id = "transaction " + transaction.Id.ToString(CultureInfo.InvariantCulture),
        Code = code,
        Reason = "it " + reason,
        Remedy = remedy,
    });
}

/// <summary>What the metadata of a settlement says about the transaction it was made of.</summary>
internal sealed record TransactionMetadata(string Source, string Gateway, long TransactionId, string? TokenId, long? InvoiceCreatedAtMs);

/// <summary>What one step of a <see cref="TransactionWalk"/> found.</summary>
/// <param name="Transactions">Transactions, some perhaps seen before.</param>
/// <param name="EndsSpan">Whether all that was settled until the end of the span at hand was found now.</param>
/// <param name="IsLast">Whether that is all there is.</param>
internal sealed record TransactionPart(IReadOnlyList<SettledTransaction> Transactions, bool EndsSpan, bool IsLast);
