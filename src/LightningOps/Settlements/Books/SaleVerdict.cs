using System;
using System.Globalization;

namespace LightningOps.Settlements.Books;

/// <summary>State of a sold token.</summary>
public enum TokenState
{
    /// <summary>It is not known.</summary>
    NotKnown,

    /// <summary>The gateway lists it.</summary>
    Valid,

    /// <summary>Its lifetime is over.</summary>
    Expired,

    /// <summary>The gateway does not list it any more.</summary>
    Revoked,
}

/// <summary>State of a token according to the gateway and the records.</summary>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why, or by whom; null if unknown.</param>
public sealed record TokenStanding(TokenState State, string? Reason);

/// <summary>The answer to a buyer.</summary>
internal static class SaleVerdict
{
    public static string Create(L402Sale sale)
    {
        var paid = sale.IsSettled ? "Paid: " + Sats(sale.AmountMsats) + (sale.SettledAtMs is { } at ? " at " + Time(at) : string.Empty)
            : sale.IsPreimageProven == true ? "Paid by the buyer, not recorded: the buyer has the preimage"
            : sale.InvoiceStatus == ControlPlane.InvoiceStatus.Settled ? "Reported as paid, not proven"
            : "Not paid" + (sale.InvoiceStatus is { } status ? ": the invoice is " + status.ToString().ToLowerInvariant() : string.Empty);
        var what = "for " + (sale.Service ?? sale.PaywallId) + " of " + sale.OwnerId;
        if (!sale.IsSettled && sale.IsPreimageProven != true)
        {
            return sale.InvoiceStatus == ControlPlane.InvoiceStatus.Settled
                ? paid + ", " + what + ". No settlement is recorded. Import the settlements before a refund is decided."
                : paid + ", " + what + ". No token is valid without a payment, and there is nothing to refund.";
        }

        var token = sale.Token is { } standing
            ? standing.State switch
            {
                TokenState.Valid => "The token is valid",
                TokenState.Expired => "The token has expired",
                TokenState.Revoked => "The token was revoked",
                _ => "It is not known whether the token is valid",
            } + (standing.Reason is null ? string.Empty : ": " + standing.Reason)
            : sale.TokenId is null ? "No token is recorded" : "It is not known whether the token is valid: no gateway was asked";
        var refund = sale.Delivery switch
        {
            "refused" => "A refund has evidence: the service refuses the paid credential",
            "doubtful" => "A refund may have evidence: the service may refuse the paid credential",
            _ => sale.IsSettled ? "Nothing is recorded that speaks for a refund" : "Import the settlements before a refund is decided",
        };
        return paid + ", " + what + ". " + token + ". " + refund + ".";
    }

    private static string Sats(long msats) => (msats / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + " sat";

    private static string Time(long ms) => SaleTime.Read(ms).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
