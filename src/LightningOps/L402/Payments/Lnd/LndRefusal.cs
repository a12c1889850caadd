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

    // gRPC status codes.
    private static readonly string[] Names =
    {
        "ok", "cancelled", "rpc_error", "invalid_argument", "deadline_exceeded", NotFound, "already_exists", "permission_denied", "resource_exhausted",
        "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
    };

    // What LND's REST front answers with: the HTTP status of each code seen. A proxy's own JSON has others, or other members.
    private static readonly (int Status, int Code)[] Forms = { (500, 2), (400, 3), (404, 5), (409, 6), (501, 12) };

    // What LND says before it looks at the call (macaroons.Service, rpcperms.InterceptorChain), all with code 2.
    private static readonly (string Text, string Code)[] Gates =
    {
        ("macaroon has expired", LndErrorCodes.MacaroonExpired),
        ("not satisfied", LndErrorCodes.MacaroonRestricted),
        ("verification failed", LndErrorCodes.MacaroonOfAnotherNode),
        ("cannot get macaroon", LndErrorCodes.MacaroonOfAnotherNode),
        ("permission denied", LndErrorCodes.MacaroonLacksPermission),
        ("expected 1 macaroon", LndErrorCodes.MacaroonInvalid),
        ("cannot determine data format of binary-encoded macaroon", LndErrorCodes.MacaroonInvalid),
        ("unmarshal v2:", LndErrorCodes.MacaroonInvalid),
        ("encoding/hex:", LndErrorCodes.MacaroonInvalid),
        ("wallet locked", LndErrorCodes.WalletLocked),
        ("wallet not created", LndErrorCodes.WalletNotCreated),
        ("in the process of starting up", LndErrorCodes.WalletStarting),
        ("waiting to start", LndErrorCodes.WalletStarting),
    };

    /// <summary>Whether LND knows nothing of the payment.</summary>
    public bool IsNotFound => IsOfLnd && Code == NotFound && Reason.IndexOf(NotInitiated, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Whether LND refused the call before it looked at it, for its macaroon or its wallet: it moved nothing.</summary>
    public bool IsBeforeCall => IsOfLnd && Gates.Any(gate => gate.Code == Code);

    /// <summary>Whether another call with the same macaroon may fare better: it lacks the one permission.</summary>
    public bool LacksPermission => IsOfLnd && Code == LndErrorCodes.MacaroonLacksPermission;

    /// <summary>The refusal of an answer that is no success.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">The body, whole.</param>
    /// <param name="macaroon">What must not be quoted.</param>
    public static LndRefusal Of(int status, string body, string macaroon)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, status, macaroon) ?? OfStatus(status, body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return OfStatus(status, body);
        }
    }

    /// <summary>The refusal an answer or a line of it is; null when it is none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">HTTP status it came with: LND refuses a call with the one of its code, and nothing else of that form is LND's refusal.</param>
    /// <param name="macaroon">What must not be quoted.</param>
    public static LndRefusal? Read(JsonElement answer, int status, string macaroon)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var error = answer.TryGetProperty("error", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : answer;
        if (!error.TryGetProperty("code", out var member) || member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var code))
        {
            return null;
        }

        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var isOfLnd = message is not null && Forms.Contains((status, code))
            && error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array
            && error.EnumerateObject().Count() == 3 && (wrapped.ValueKind != JsonValueKind.Object || answer.EnumerateObject().Count() == 1);
        var gate = isOfLnd && code == 2 ? Gates.FirstOrDefault(known => message!.IndexOf(known.Text, StringComparison.OrdinalIgnoreCase) >= 0).Code : null;
        return new LndRefusal(
            gate ?? (code >= 0 && code < Names.Length ? Names[code] : Names[2]),
            (isOfLnd ? "LND says: " : "the answer says: ") + WalletText.Quote(message ?? string.Empty, [macaroon]),
            isOfLnd);
    }

    private static LndRefusal OfStatus(int status, string body) =>
        status is >= 300 and < 400 ? new("redirected", "the address redirects elsewhere, which is not followed", IsOfLnd: false)
        : status == 400 && body.IndexOf("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase) >= 0
            ? new(LndErrorCodes.NeedsHttps, "the address is of a TLS port and was asked over plain http", IsOfLnd: false)
        : new("lnd_http_" + status.ToString(CultureInfo.InvariantCulture), "the answer is not LND's", IsOfLnd: false);
}
