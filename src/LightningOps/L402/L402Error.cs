namespace LightningOps.L402;

/// <summary>The reason why a challenge, credential, invoice or macaroon is invalid. It never contains a preimage, a macaroon or a root key.</summary>
/// <param name="Tag">The family, which is the error id of a cmdlet: <c>ChallengeParseError</c>, <c>InvoiceDecodeError</c>, <c>MacaroonDecodeError</c>, <c>AuthorizationParseError</c> or <c>PreimageError</c>.</param>
/// <param name="Code">Stable name of the one failure, from <see cref="L402ErrorCodes"/>.</param>
/// <param name="Reason">The reason, for people.</param>
public sealed record L402Error(string Tag, string Code, string Reason)
{
    /// <summary>The code and the reason.</summary>
    public override string ToString() => Code + ": " + Reason;

    /// <summary>A failure to read a WWW-Authenticate value.</summary>
    internal static L402Error Challenge(string code, string reason) => new("ChallengeParseError", code, reason);

    /// <summary>A failure to read an Authorization value.</summary>
    internal static L402Error Authorization(string code, string reason) => new("AuthorizationParseError", code, reason);

    /// <summary>A failure to decode an invoice.</summary>
    internal static L402Error Invoice(string code, string reason) => new("InvoiceDecodeError", code, reason);

    /// <summary>A failure to decode a macaroon, its identifier or a caveat.</summary>
    internal static L402Error Macaroon(string code, string reason) => new("MacaroonDecodeError", code, reason);

    /// <summary>A preimage or payment hash that is not valid.</summary>
    internal static L402Error Preimage(string code, string reason) => new("PreimageError", code, reason);
}

/// <summary>A challenge, credential, invoice or macaroon that cannot be used; see <see cref="Code"/>. No secret is in it.</summary>
public sealed class L402Exception : LightningOpsException
{
    /// <summary>Creates the failure from the error of a TryParse.</summary>
    /// <param name="error">What is wrong.</param>
    public L402Exception(L402Error error)
        : base(error.Tag, error.Reason, GetRemedy(error))
    {
        Error = error;
    }

    /// <summary>What is wrong, as a value.</summary>
    public L402Error Error { get; }

    /// <summary>Stable name of the failure, from <see cref="L402ErrorCodes"/>.</summary>
    public string Code => Error.Code;

    private static string GetRemedy(L402Error error) => error.Code switch
    {
        L402ErrorCodes.ChallengeAmountMismatch => "Do not pay this invoice. Inform the seller that the amounts of its challenge and its invoice differ.",
        L402ErrorCodes.ChallengeAmountInvalid => "Do not pay this invoice. Inform the seller that the amount of its challenge is not valid.",
        L402ErrorCodes.ChallengePaymentInvalid => "Do not pay this invoice. Inform the seller that its Payment challenge is not valid.",
        _ => GetRemedy(error.Tag),
    };

    private static string GetRemedy(string tag) => tag switch
    {
        "ChallengeParseError" => "Check that the endpoint answers 402 with an L402 WWW-Authenticate header that contains macaroon and invoice.",
        "AuthorizationParseError" => "Send `L402 <token>:<preimage hex>`.",
        "InvoiceDecodeError" => "Ask the endpoint for a new BOLT 11 invoice. Do not pay this one.",
        "MacaroonDecodeError" => "Specify a macaroon of version 2 (binary) or version 1 (text packets) as base64, base64url or hex.",
        _ => "Provide 32 bytes as 64 hexadecimal digits.",
    };
}
