using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LightningOps.L402.Payments.Http;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>An answer of LND that is an error: <c>{"error":{code,message}}</c> of a stream, <c>{code,message}</c> of a single call.</summary>
/// <param name="Code">Name of the gRPC code, or of the HTTP status when it is not LND that answers.</param>
/// <param name="Reason">What was said, without a secret.</param>
/// <param name="IsOfLnd">Whether LND itself said so.</param>
internal sealed record LndRefusal(string Code, string Reason, bool IsOfLnd)
{
    private const string NotFound = "not_found";

    // Part of "payment isn't initiated" (ErrPaymentNotInitiated). The HTTP front has the same code for a path nobody serves.
    private const string NotInitiated = "initiated";

    // What LND says of a macaroon, before it looks at the call (macaroons.Service.ValidateMacaroon); its code is often 2.
    private static readonly string[] MacaroonTexts =
        { "verification failed", "permission denied", "cannot get macaroon", "expected 1 macaroon", "cannot determine data format of binary-encoded macaroon" };

    // gRPC status codes.
    private static readonly string[] Names =
    {
        "ok", "cancelled", "rpc_error", "invalid_argument", "deadline_exceeded", NotFound, "already_exists", "permission_denied", "resource_exhausted",
        "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
    };

    /// <summary>Whether LND knows nothing of the payment.</summary>
    public bool IsNotFound => IsOfLnd && Code == NotFound && Reason.IndexOf(NotInitiated, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Whether the call was refused before it was looked at, so that it moved nothing.</summary>
    public bool IsBeforeCall => Code == "redirected" || (IsOfLnd && (Code is "permission_denied" or "unauthenticated" or "invalid_argument" or "unimplemented" || IsOfMacaroon));

    /// <summary>Whether another call with the same macaroon may fare better: it lacks the one permission.</summary>
    public bool MayDependOnCall => IsOfLnd && (Code == "permission_denied" || Reason.IndexOf("permission denied", StringComparison.OrdinalIgnoreCase) >= 0);

    private bool IsOfMacaroon => MacaroonTexts.Any(text => Reason.IndexOf(text, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>The refusal of an answer that is no success.</summary>
    public static LndRefusal Of(int status, string body, string macaroon)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, macaroon) ?? OfStatus(status);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return OfStatus(status);
        }
    }

    /// <summary>The refusal a line of an answer is; null when it is none.</summary>
    public static LndRefusal? Read(JsonElement answer, string macaroon)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var error = answer.TryGetProperty("error", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : answer;
        if (!TryNumber(error, "code", out var code) && !TryNumber(error, "grpc_code", out code))
        {
            return null;
        }

        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : string.Empty;
        return new LndRefusal(code >= 0 && code < Names.Length ? Names[code] : Names[2], "LND says: " + WalletText.Quote(message, [macaroon]), IsOfLnd: true);
    }

    private static LndRefusal OfStatus(int status) => status is >= 300 and < 400
        ? new("redirected", "the address redirects elsewhere, which is not followed", IsOfLnd: false)
        : new("lnd_http_" + status.ToString(CultureInfo.InvariantCulture), "the answer is not LND's", IsOfLnd: false);

    private static bool TryNumber(JsonElement error, string name, out int number)
    {
        number = 0;
        return error.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out number);
    }
}
