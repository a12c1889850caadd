using LightningOps.Buyer.Credentials;

namespace LightningOps.Buyer;

/// <summary>What was paid for a request that gave no result, and what the next request does.</summary>
internal static class PaidAdvice
{
    /// <summary>The cost and its purchase.</summary>
    public static string Name(Purchase purchase) => (purchase.Spent ?? purchase.Reserved) + " msat of purchase " + purchase.PurchaseId;

    /// <summary>The credential is kept; the server may have used it, if it is good for one request.</summary>
    public static string Kept(Purchase purchase) => purchase.IsSingleUse
        ? "Repeat the request, which sends the same credential and pays nothing. If the server refuses it, " + Name(purchase) + " are lost. " + Rebuy(purchase)
        : Name(purchase) + " are not lost. Repeat the request without -ForceRefresh: it sends the same credential, and pays nothing while the credential is valid.";

    /// <summary>An earlier command ended while it read the body that a single-use credential was good for.</summary>
    public static string NotKnown(Purchase purchase) =>
        purchase.For + " accepted purchase " + purchase.PurchaseId + ", which is good for one request, and the command that sent it ended before it had recorded the whole body. It is not known whether the body was delivered.";

    /// <summary>What to do if the body of <see cref="NotKnown"/> is missing.</summary>
    public static string IfMissing(Purchase purchase) =>
        "If the body is missing, " + Name(purchase) + " are lost. " + Rebuy(purchase);

    /// <summary>The server used a single-use credential and its answer did not arrive.</summary>
    public static string Lost(Purchase purchase) =>
        Name(purchase) + " are lost unless the server accepts the credential again. Repeat the request, which sends the same credential and pays nothing. " + Rebuy(purchase);

    /// <summary>The server used a single-use credential for its whole answer.</summary>
    public static string Used(Purchase purchase) => Name(purchase) + " are used up. Repeating the request pays again.";

    private static string Rebuy(Purchase purchase) =>
        "Claim a refund with the proof: Get-L402Credential -PurchaseId " + purchase.PurchaseId + " -ProofPath ./refund.json writes it to a file. Only -AllowRebuy or -ForceRefresh pays again.";
}
