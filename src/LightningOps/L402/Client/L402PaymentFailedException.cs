using LightningOps.L402.Credentials;
using LightningOps.L402.Payments.Lnd;

namespace LightningOps.L402.Client;

/// <summary>The wallet did not pay (<c>PaymentFailedError</c>): certainly no money moved.</summary>
public sealed class L402PaymentFailedException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="scope">What was to be bought.</param>
    /// <param name="code">The wallet's code.</param>
    /// <param name="reason">What the wallet had to say.</param>
    public L402PaymentFailedException(CredentialScope scope, string code, string? reason)
        : base("PaymentFailedError", code + ": " + scope + " was not paid" + (reason is null ? string.Empty : ": " + reason), RemedyOf(code))
    {
        For = scope;
        Code = code;
    }

    /// <summary>What was to be bought.</summary>
    public CredentialScope For { get; }

    /// <summary>The wallet's code.</summary>
    public string Code { get; }

    private static string RemedyOf(string code) => code switch
    {
        "no_route" => "Allow more for routing with -FeeLimitMsats, or with -MaxSpendMsats where it left less; if the node does not know the payee, or no channel leads there, that changes nothing: look at the channels of the wallet. The request can be made again.",
        "insufficient_balance" => "Nothing of it is in flight: add outbound capacity to the wallet, or name another one.",
        LndErrorCodes.NotLnd => "Check the address after -Payer lnd:, which must be the REST address of an LND (restlisten, often port 8080).",
        LndErrorCodes.NeedsHttps => "Write the address with https, as -Payer lnd:https://host:port.",
        LndErrorCodes.CertificateNotPinned => "Name the tls.cert of the node with -LndCertificatePath; -LndCertificateFingerprint pins the fingerprint seen, if you know it to be the node's.",
        LndErrorCodes.CertificateChanged => "LND renews its certificate: copy the tls.cert of the node anew for -LndCertificatePath, which may hold several, and pin what was seen only if it is the node's.",
        LndErrorCodes.MacaroonExpired => "Bake a new macaroon: " + Bake,
        LndErrorCodes.MacaroonRestricted => "Use the macaroon as its restrictions say, for example from its address, or bake another: " + Bake,
        LndErrorCodes.MacaroonOfAnotherNode => "Use a macaroon of the node at this address; one of another node, or from before its macaroons were deleted, is not accepted.",
        LndErrorCodes.MacaroonLacksPermission => "Bake a macaroon that may pay and look: " + Bake,
        LndErrorCodes.MacaroonInvalid => "Name the file of a macaroon of LND with -LndMacaroonPath.",
        LndErrorCodes.WalletLocked => "Unlock the wallet of the node (lncli unlock), and make the request again.",
        LndErrorCodes.WalletStarting => "Wait until the node has started, and make the request again.",
        LndErrorCodes.WalletNotCreated => "Create the wallet of the node (lncli create).",
        LndErrorCodes.NodeChanged => "Name the address of the node that the payment was begun with.",
        "connection_failed:no_answer" => "Check that the address after -Payer lnd: is the REST address (restlisten, often port 8080) and not the gRPC one (rpclisten, often 10009).",
        "connection_failed:tls_refused" => "Check that the address after -Payer is one of the wallet's HTTPS ports.",
        _ => "Look at the wallet; the request can be made again.",
    };

    private const string Bake = "lncli bakemacaroon uri:/routerrpc.Router/SendPaymentV2 uri:/routerrpc.Router/TrackPaymentV2 uri:/lnrpc.Lightning/GetInfo suffices.";
}
