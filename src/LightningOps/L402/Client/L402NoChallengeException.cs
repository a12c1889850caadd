using System.Globalization;

namespace LightningOps.L402.Client;

/// <summary>The answer asks for no payment (<c>NoChallengeError</c>): its status is not 402.</summary>
public sealed class L402NoChallengeException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="request">Method and address.</param>
    /// <param name="statusCode">What the server answered.</param>
    public L402NoChallengeException(string request, int statusCode)
        : base(
            "NoChallengeError",
            string.Format(CultureInfo.InvariantCulture, "{0} answered {1}, not 402: it asks for no payment", request, statusCode),
            RemedyOf(statusCode)) => StatusCode = statusCode;

    /// <summary>What the server answered.</summary>
    public int StatusCode { get; }

    private static string RemedyOf(int statusCode) => statusCode switch
    {
        >= 300 and < 400 => "Use the address it redirects to, if you trust it: redirects are not followed.",
        404 or 405 => "Check the path, the method and, behind a gateway, the Host header.",
        >= 500 => "Look at the server; it may ask once it is up.",
        _ => "Check that the address is one that sells.",
    };
}
