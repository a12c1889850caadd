using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;

namespace LightningOps.L402;

/// <summary>The stable codes of <see cref="L402Error"/>.</summary>
internal static class L402ErrorCodes
{
    /// <summary>No value holds an L402 or LSAT challenge.</summary>
    public const string ChallengeMissing = "challenge_missing";

    /// <summary>The header values together are longer than <see cref="L402Challenge.MaxLength"/>.</summary>
    public const string ChallengeTooLarge = "challenge_too_large";

    /// <summary>A quoted value does not end.</summary>
    public const string ChallengeUnterminatedQuote = "challenge_unterminated_quote";

    /// <summary>Two commas with nothing between them.</summary>
    public const string ChallengeEmptyAttribute = "challenge_empty_attribute";

    /// <summary>An attribute that is not <c>name=value</c>.</summary>
    public const string ChallengeMalformedAttribute = "challenge_malformed_attribute";

    /// <summary>The value of a known attribute is empty, or neither quoted nor a bare word.</summary>
    public const string ChallengeMalformedValue = "challenge_malformed_value";

    /// <summary>A known attribute is repeated.</summary>
    public const string ChallengeDuplicateAttribute = "challenge_duplicate_attribute";

    /// <summary>The invoice or the macaroon is missing.</summary>
    public const string ChallengeIncomplete = "challenge_incomplete";

    /// <summary>macaroon and token differ.</summary>
    public const string ChallengeTokenConflict = "challenge_token_conflict";

    /// <summary>amount_msats and amountmsats differ.</summary>
    public const string ChallengeAmountConflict = "challenge_amount_conflict";

    /// <summary>amount_msats is not a non-negative integer.</summary>
    public const string ChallengeAmountInvalid = "challenge_amount_invalid";

    /// <summary>amount_msats is more than 2^53 - 1.</summary>
    public const string ChallengeAmountOutOfRange = "challenge_amount_out_of_range";

    /// <summary>amount_msats differs from the amount of the invoice.</summary>
    public const string ChallengeAmountMismatch = "challenge_amount_mismatch";

    /// <summary>The charge of a Payment challenge is malformed, or contradicts its invoice.</summary>
    public const string ChallengePaymentInvalid = "challenge_payment_invalid";

    /// <summary>No value is an L402 or LSAT credential.</summary>
    public const string AuthorizationMissing = "authorization_missing";

    /// <summary>The credential is neither <c>token:preimage</c> nor parameters.</summary>
    public const string AuthorizationMalformed = "authorization_malformed";

    /// <summary>The token has a character that is not valid in the header.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>Not 64 hexadecimal digits.</summary>
    public const string PreimageInvalid = "preimage_invalid";

    /// <summary>Not 64 hexadecimal digits.</summary>
    public const string PaymentHashInvalid = "payment_hash_invalid";

    /// <summary>Not bech32: no separator, or a character outside its alphabet.</summary>
    public const string InvoiceMalformed = "invoice_malformed";

    /// <summary>Upper and lower case mixed.</summary>
    public const string InvoiceMixedCase = "invoice_mixed_case";

    /// <summary>The bech32 checksum is not valid.</summary>
    public const string InvoiceChecksum = "invoice_checksum";

    /// <summary>Too short for a time stamp and a signature.</summary>
    public const string InvoiceTooShort = "invoice_too_short";

    /// <summary>An unknown network prefix.</summary>
    public const string InvoiceUnknownNetwork = "invoice_unknown_network";

    /// <summary>An amount that is not digits, or a malformed pico-bitcoin amount.</summary>
    public const string InvoiceAmountMalformed = "invoice_amount_malformed";

    /// <summary>A multiplier other than m, u, n and p.</summary>
    public const string InvoiceUnknownMultiplier = "invoice_unknown_multiplier";

    /// <summary>A pico amount that is not whole millisatoshis.</summary>
    public const string InvoiceSubMillisatoshi = "invoice_sub_millisatoshi";

    /// <summary>More than the total supply of bitcoin.</summary>
    public const string InvoiceAmountOutOfRange = "invoice_amount_out_of_range";

    /// <summary>A tagged field exceeds the end.</summary>
    public const string InvoiceTruncatedField = "invoice_truncated_field";

    /// <summary>No payment hash.</summary>
    public const string InvoiceMissingPaymentHash = "invoice_missing_payment_hash";

    /// <summary>A known field with a wrong length, wrong padding, text that is not UTF-8 or a key that is not on the curve.</summary>
    public const string InvoiceFieldInvalid = "invoice_field_invalid";

    /// <summary>Neither a description nor its hash, or both.</summary>
    public const string InvoiceDescription = "invoice_description";

    /// <summary>The invoice requires an unknown feature.</summary>
    public const string InvoiceUnknownFeature = "invoice_unknown_feature";

    /// <summary>No key made the signature, another key than the stated one did, or it is not canonical where it must be.</summary>
    public const string InvoiceSignatureInvalid = "invoice_signature_invalid";

    /// <summary>The text is not base64, base64url or hex.</summary>
    public const string MacaroonEncodingInvalid = "macaroon_encoding_invalid";

    /// <summary>The macaroon is longer than <see cref="Macaroon.MaxLength"/>.</summary>
    public const string MacaroonTooLarge = "macaroon_too_large";

    /// <summary>Neither the version 2 binary format nor the packets of version 1.</summary>
    public const string MacaroonUnsupportedFormat = "macaroon_unsupported_format";

    /// <summary>The fields of the binary are broken or out of order.</summary>
    public const string MacaroonMalformed = "macaroon_malformed";

    /// <summary>The identifier is not that of an L402.</summary>
    public const string IdentifierMalformed = "identifier_malformed";

    /// <summary>The identifier has a version other than 0.</summary>
    public const string IdentifierUnknownVersion = "identifier_unknown_version";

    /// <summary>A caveat that is not <c>condition=value</c>.</summary>
    public const string CaveatMalformed = "caveat_malformed";
}
