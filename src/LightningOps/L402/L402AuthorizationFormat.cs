namespace LightningOps.L402;

/// <summary>How a credential is written in the Authorization header.</summary>
public enum L402AuthorizationFormat
{
    /// <summary><c>L402 token:preimage</c>: what the specification and Aperture accept. Where the challenge only calls the scheme LSAT, <c>LSAT token:preimage</c>.</summary>
    TokenPreimage,

    /// <summary><c>L402 macaroon="…", preimage="…"</c>: what some other servers want.</summary>
    Params,

    /// <summary><c>LSAT token:preimage</c>: the only form servers from before the scheme was renamed take (Tierion/boltwall, for one).</summary>
    Lsat,
}
