using LightningOps.Gateway;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Whether a service accepted what it was paid with: an Aperture offers every scheme with each challenge, takes the money
/// of all, and lets in by the service's own only (docs/reference/aperture.md#payment-challenges).
/// </summary>
internal static class DeliveryCheck
{
    /// <summary>The service refuses what was bought.</summary>
    public const string Refused = "refused";

    /// <summary>The service may refuse it: the list does not tell one that accepts L402 only from one that accepts everything.</summary>
    public const string Doubtful = "doubtful";

    /// <summary>Refused or doubtful; null when there is no reason to think so.</summary>
    public static string? Judge(SettledTransaction transaction, string service, GatewayOffers? offers) =>
        offers is not { Payments: true } || !offers.Schemes.TryGetValue(service, out var scheme) ? null
        : scheme == "mpp" && transaction.TokenId.Length > 0 ? Refused
        : scheme == "l402" && transaction.TokenId.Length == 0 ? Doubtful
        : null;
}
