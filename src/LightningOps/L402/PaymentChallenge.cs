using System.Collections.Generic;
using System.Linq;
using LightningOps.L402.Challenges;

namespace LightningOps.L402;

/// <summary>One challenge of the Payment authentication scheme, its parameters as received (draft-ryan-httpauth-payment, 5.1).</summary>
internal sealed record PaymentChallenge
{
    /// <summary>Binds the challenge to its parameters; opaque to clients.</summary>
    public required string Id { get; init; }

    /// <summary>The payee.</summary>
    public required string Realm { get; init; }

    /// <summary>Payment method, for example <c>lightning</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Intent of the payment: <c>charge</c> or <c>session</c>.</summary>
    public required string Intent { get; init; }

    /// <summary>The payment request: base64url of JSON.</summary>
    public required string Request { get; init; }

    /// <summary>Expiry, an RFC 3339 date; null if it is not stated.</summary>
    public string? Expires { get; init; }

    /// <summary>Digest of the request body (RFC 9530).</summary>
    public string? Digest { get; init; }

    /// <summary>Description of the sale for people; not trusted.</summary>
    public string? Description { get; init; }

    /// <summary>Data of the server: base64url of JSON.</summary>
    public string? Opaque { get; init; }

    /// <summary>Reads the Payment challenges of WWW-Authenticate values, in order; an incomplete one is left out.</summary>
    /// <param name="headerValues">One value per header line; each may hold several challenges.</param>
    /// <returns>Empty when the values together are longer than <see cref="L402Challenge.MaxLength" />.</returns>
    public static IReadOnlyList<PaymentChallenge> ReadAll(IEnumerable<string> headerValues) => PaymentChallengeReader.Read(headerValues);

    /// <summary>The challenge as a WWW-Authenticate value, which reads back as the same challenge.</summary>
    public string ToHeaderValue()
    {
        var parameters = new[] { ("id", Id), ("realm", Realm), ("method", Method), ("intent", Intent), ("request", Request), ("expires", Expires), ("digest", Digest), ("description", Description), ("opaque", Opaque) };
        return "Payment " + string.Join(", ", parameters.Where(static parameter => parameter.Item2 is not null).Select(static parameter => parameter.Item1 + "=" + QuotedText.Quote(parameter.Item2!)));
    }

    /// <summary>Method, intent and realm.</summary>
    public override string ToString() => "Payment challenge, " + Method + " " + Intent + " for " + Realm;
}
