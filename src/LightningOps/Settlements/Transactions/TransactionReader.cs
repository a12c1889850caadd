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
    private GatewayOffers? offers;

    public TransactionReader(ServiceDirectory services, string gateway)
    {
        this.services = services;
        this.gateway = gateway;
    }

    /// <summary>How many of the transactions read are of services that refuse, or may refuse, what was paid.</summary>
    public long Undelivered { get; private set; }

    /// <summary>Which ways to pay the gateway offers, for the transactions that are read from now on.</summary>
    public void Use(GatewayOffers known) => offers = known;

    public SettlementInput Read(SettledTransaction transaction)
    {
        if (!PaymentHash.TryParse(transaction.PaymentHash, out var hash, out _) || transaction.PriceSats < 0 || transaction.PriceSats > long.MaxValue / Msats.PerSatoshi)
        {
            return Reject(transaction, RejectionCodes.InvalidTransaction, "has no payment hash or no price", "Check the log of the gateway.");
        }

        var (route, path, code) = services.Find(transaction.ServiceName);
        return route is not null ? SettlementInput.From(SettlementEvent.From(Record(transaction, hash.Hex, route, path)))
            : code == RejectionCodes.UnknownService
                ? Reject(transaction, code, "is of service " + transaction.ServiceName + ", which belongs to no paywall", "Restore the paywall in the control plane and import again, or exclude the service with -ExcludeService.")
            : Reject(transaction, code!, "is of service " + transaction.ServiceName + ", which belongs to several routes", "Use a unique id for each route.");
    }

    private ExternalSettlement Record(SettledTransaction transaction, string hash, PaywallRoute route, string? path)
    {
        var delivery = DeliveryCheck.Judge(transaction, services.SplitPath(transaction.ServiceName).Name, offers);
        Undelivered += delivery is null ? 0 : 1;
        return Record(transaction, hash, route, path, delivery);
    }

    private ExternalSettlement Record(SettledTransaction transaction, string hash, PaywallRoute route, string? path, string? delivery) => new()
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
        Metadata = JsonText.From(ArtifactJson.Serialize(new TransactionMetadata(
            "aperture", gateway, transaction.Id, transaction.TokenId.Length == 0 ? null : transaction.TokenId, transaction.CreatedAt?.ToUnixTimeMilliseconds())
        {
            Path = path,
            Service = route.ServiceName,
            Scheme = transaction.TokenId.Length == 0 ? "payment" : null,
            Delivery = delivery,
        })),
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
internal sealed record TransactionMetadata(string Source, string Gateway, long TransactionId, string? TokenId, long? InvoiceCreatedAtMs)
{
    /// <summary>What was bought of a metered service; null where the service has one price.</summary>
    public string? Path { get; init; }

    /// <summary>The name the route declares for its service; null where it is made of the ids.</summary>
    public string? Service { get; init; }

    /// <summary><c>payment</c> for a Payment charge, which has no token; null for L402.</summary>
    public string? Scheme { get; init; }

    /// <summary><c>refused</c> where the service does not accept what was bought, <c>doubtful</c> where it may not: income without delivery.</summary>
    public string? Delivery { get; init; }
}

/// <summary>What one step of a <see cref="TransactionWalk"/> found.</summary>
/// <param name="Transactions">Transactions, some perhaps seen before.</param>
/// <param name="EndsSpan">Whether all that was settled until the end of the span at hand was found now.</param>
/// <param name="IsLast">Whether that is all there is.</param>
internal sealed record TransactionPart(IReadOnlyList<SettledTransaction> Transactions, bool EndsSpan, bool IsLast)
{
    /// <summary>How many more the gateway counted in the span at hand than it listed.</summary>
    public long Missing { get; init; }
}
