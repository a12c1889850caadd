using LightningOps.Gateway;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Whether a service accepts the scheme it was paid with. An Aperture offers every scheme with each challenge,
/// accepts payment with all of them, and grants access only by the service's own
/// (docs/reference/aperture.md#payment-challenges).
/// </summary>
internal static class DeliveryCheck
{
    /// <summary>The service refuses the bought credential.</summary>
    public const string Refused = "refused";

    /// <summary>
    /// The service may refuse it: the list does not distinguish services that accept L402 only from those that accept
    /// everything.
    /// </summary>
    public const string Doubtful = "doubtful";

    /// <summary>Refused or doubtful; null when there is no indication.</summary>
    public static string? Judge(SettledTransaction transaction, string service, GatewayOffers? offers) =>
        offers is not { Payments: true } || !offers.Schemes.TryGetValue(service, out var scheme) ? null
        : scheme == "mpp" && transaction.TokenId.Length > 0 ? Refused
        : scheme == "l402" && transaction.TokenId.Length == 0 ? Doubtful
        : null;
}
