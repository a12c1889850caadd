namespace LightningOps.Payments.Lnd;

/// <summary>Codes of LND wallet failures with their own recommended actions.</summary>
internal static class LndErrorCodes
{
    /// <summary>The server is not LND.</summary>
    public const string NotLnd = "not_lnd";

    /// <summary>The server does not speak HTTP as REST does, for example the gRPC listener of an LND.</summary>
    public const string NoRestAnswer = "connection_failed:no_answer";

    /// <summary>The address is a TLS port, but plain http was used.</summary>
    public const string NeedsHttps = "lnd_needs_https";

    /// <summary>The certificate of the node is neither trusted nor pinned.</summary>
    public const string CertificateNotPinned = "certificate_not_pinned";

    /// <summary>The certificate of the node is not one of the pinned certificates.</summary>
    public const string CertificateChanged = "certificate_changed";

    /// <summary>The macaroon has expired.</summary>
    public const string MacaroonExpired = "macaroon_expired";

    /// <summary>A restriction of the macaroon is not met, for example its address.</summary>
    public const string MacaroonRestricted = "macaroon_restricted";

    /// <summary>Another node made the macaroon.</summary>
    public const string MacaroonOfAnotherNode = "macaroon_of_another_node";

    /// <summary>The macaroon lacks the permission.</summary>
    public const string MacaroonLacksPermission = "macaroon_lacks_permission";

    /// <summary>The value sent is not a macaroon.</summary>
    public const string MacaroonInvalid = "macaroon_invalid";

    /// <summary>The wallet of the node is locked.</summary>
    public const string WalletLocked = "wallet_locked";

    /// <summary>The node is starting.</summary>
    public const string WalletStarting = "wallet_starting";

    /// <summary>The node has no wallet yet.</summary>
    public const string WalletNotCreated = "wallet_not_created";

    /// <summary>A different node answers than the one that started the payment.</summary>
    public const string NodeChanged = "node_changed";
}
