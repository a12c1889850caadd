namespace LightningOps.L402;

/// <summary>A challenge, credential, invoice or macaroon that cannot be used; see <see cref="Code"/>. No secret is in it.</summary>
public sealed class L402Exception : LightningOpsException
{
    /// <summary>Creates the failure from the error a TryParse gave.</summary>
    /// <param name="error">What is wrong.</param>
    public L402Exception(L402Error error)
        : base(error.Tag, error.Reason, RemedyOf(error.Tag))
    {
        Error = error;
    }

    /// <summary>What is wrong, as a value.</summary>
    public L402Error Error { get; }

    /// <summary>Stable name of the failure, from <see cref="L402ErrorCodes"/>.</summary>
    public string Code => Error.Code;

    private static string RemedyOf(string tag) => tag switch
    {
        "ChallengeParseError" => "Check that the endpoint answers 402 with an L402 WWW-Authenticate header holding macaroon and invoice.",
        "AuthorizationParseError" => "Send `L402 <token>:<preimage hex>`.",
        "InvoiceDecodeError" => "Ask the endpoint for a fresh BOLT 11 invoice; do not pay this one.",
        "MacaroonDecodeError" => "Give a macaroon in the version 2 binary format as base64, base64url or hex.",
        _ => "Give 32 bytes as 64 hexadecimal digits.",
    };
}
