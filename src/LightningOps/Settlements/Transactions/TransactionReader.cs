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
/// Converts a gateway's transactions to settlements. Their ids derive from the payment hash, so that a transaction
/// read twice is one settlement. Their proof is the payment hash, because a gateway does not reveal preimages.
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

    /// <summary>Number of transactions whose service refuses, or may refuse, the payment.</summary>
    public long Undelivered { get; private set; }

    /// <summary>Sets the payment methods of the gateway for the following transactions.</summary>
    public void Use(GatewayOffers known) => offers = known;

    public SettlementInput Read(SettledTransaction transaction)
    {
        if (!PaymentHash.TryParse(transaction.PaymentHash, out var hash, out _))
        {
            return Reject(transaction, RejectionCodes.InvalidTransaction, string.IsNullOrEmpty(transaction.PaymentHash) ? "has no payment hash" : "has a payment hash that is not 64 hexadecimal digits", "Check the log of the gateway.");
        }

        if (transaction.PriceSats is < 0 or > SettlementMembers.MaxMsats / Msats.PerSatoshi)
        {
            return Reject(transaction, RejectionCodes.InvalidTransaction, "has the price " + transaction.PriceSats.ToString(CultureInfo.InvariantCulture) + " sat, which is " + (transaction.PriceSats < 0 ? "negative" : "more than there is"), "Check the log of the gateway.");
        }

        var (route, path, code) = services.Find(transaction.ServiceName);
        return route is not null ? SettlementInput.From(SettlementEvent.From(Record(transaction, hash.Hex, route, path)))
            : code == RejectionCodes.UnknownService
                ? Reject(transaction, code, "is of service " + transaction.ServiceName + ", which belongs to no paywall", "If the service was made by hand, adopt it with Import-LightningPaywall -FromGateway. If its paywall was removed, restore it. Then import again, or exclude the service with -ExcludeService.")
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
        // It was paid soon after the invoice was made; the time of the import says nothing of it.
        SettledAtMs = (transaction.SettledAt ?? transaction.CreatedAt)?.ToUnixTimeMilliseconds(),
        Metadata = JsonText.From(ArtifactJson.Serialize(new TransactionMetadata(
            "aperture", gateway, transaction.Id, transaction.TokenId.Length == 0 ? null : transaction.TokenId, transaction.CreatedAt?.ToUnixTimeMilliseconds())
        {
            Path = path,
            Service = route.ServiceName,
            Scheme = transaction.TokenId.Length == 0 ? "payment" : null,
            Delivery = delivery,
            OwnCheck = transaction.IsOwnCheck ? true : null,
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

/// <summary>The transaction of a settlement, for its metadata.</summary>
internal sealed record TransactionMetadata(string Source, string Gateway, long TransactionId, string? TokenId, long? InvoiceCreatedAtMs)
{
    /// <summary>Path bought of a metered service; null if the service has one price.</summary>
    public string? Path { get; init; }

    /// <summary>The name that the route declares for its service; null if it is made of the ids.</summary>
    public string? Service { get; init; }

    /// <summary><c>payment</c> for a Payment charge, which has no token; null for L402.</summary>
    public string? Scheme { get; init; }

    /// <summary>
    /// <c>refused</c> if the service does not accept the bought credential, <c>doubtful</c> if it may not: revenue
    /// without delivery.
    /// </summary>
    public string? Delivery { get; init; }

    /// <summary>True for a check of the operator, which is no revenue; null for a sale.</summary>
    public bool? OwnCheck { get; init; }
}

/// <summary>Result of one step of a <see cref="TransactionWalk" />.</summary>
/// <param name="Transactions">Transactions, some perhaps seen before.</param>
/// <param name="EndsSpan">Whether everything settled until the end of the current span has now been found.</param>
/// <param name="IsLast">Whether it is the last part.</param>
internal sealed record TransactionPart(IReadOnlyList<SettledTransaction> Transactions, bool EndsSpan, bool IsLast)
{
    /// <summary>Number of transactions in the current span that the gateway counted but did not list.</summary>
    public long Missing { get; init; }
}
