using System;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LightningOps.Http;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>Makes the failures of one call, without its secrets (docs/reference/control-plane.md#transport).</summary>
internal sealed class TransportFailures
{
    private const int MaxQuoteLength = 2000;

    // As much of a body as is looked at for the quote; a secret cut at its end is far beyond what is quoted.
    private const int MaxScrubbedLength = 64 * 1024;
    private readonly ControlPlaneCall call;
    private readonly string urlVariable;
    private readonly SecretScrubber scrubber;

    public TransportFailures(ControlPlaneCall call, string urlVariable, SecretScrubber scrubber)
    {
        this.call = call;
        this.urlVariable = urlVariable;
        this.scrubber = scrubber;
    }

    /// <summary>Kind and name of the function, how a decoder names its source.</summary>
    public string Operation => call.Function.Operation;

    public ControlPlaneTransportException TimedOut(Exception cause) =>
        Failure("timeout", "Try again, or allow the control plane more time.", cause);

    public ControlPlaneTransportException ConnectionFailed(Exception cause) =>
        new(Operation, "connection_failed:" + GetCode(cause), "Check that " + urlVariable + " is correct and reachable from this machine.", cause)
        {
            MayHaveArrived = !RetryPipeline.IsNotDelivered(cause),
        };

    public ControlPlaneTransportException TooLarge(Exception cause) =>
        Failure("answer_too_large", "Check that " + urlVariable + " is the address of a control plane.", cause);

    public ControlPlaneTransportException Malformed(Exception cause) =>
        Failure("invalid_json", "Check that " + urlVariable + " is the address of a control plane and not of a web page.", cause);

    public ControlPlaneTransportException Refused(HttpAnswer answer) =>
        new(Operation, "status_" + answer.StatusCode.ToString(CultureInfo.InvariantCulture) + ":" + Quote(answer.Body), RetryAdvice.For(answer.RetryAt) ?? RemedyFor(answer.StatusCode))
        {
            // 408 and 5xx may come from something in front of the backend that gave up waiting for it; 560 is the backend's own.
            MayHaveArrived = answer.StatusCode is 408 or (>= 500 and not 560),
            IsRefusal = answer.StatusCode is 400 or 404 or 409 or 413 or 422 or 560,
        };

    public ControlPlaneTransportException Reported(string error) =>
        new(Operation, "error:" + Quote(error), "Correct what the control plane reports, or check its log.") { MayHaveArrived = false, IsRefusal = true };

    private static string GetCode(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return JsonNamingPolicy.SnakeCaseLower.ConvertName(socket.SocketErrorCode.ToString());
            }
        }

        return failure.InnerException is System.Security.Authentication.AuthenticationException ? "tls_refused" : "no_answer";
    }

    private ControlPlaneTransportException Failure(string reason, string remedy, Exception? cause = null) =>
        new(Operation, reason, remedy, cause);

    private string Quote(ReadOnlyMemory<byte> body) =>
        Quote(Encoding.UTF8.GetString(body.Slice(0, Math.Min(body.Length, MaxScrubbedLength)).ToArray()));

    private string Quote(string text)
    {
        var scrubbed = scrubber.Scrub(text);
        return scrubbed.Length > MaxQuoteLength ? scrubbed.Substring(0, MaxQuoteLength) + "…" : scrubbed;
    }

    private string RemedyFor(int status) => status switch
    {
        401 or 403 => "Set OA_LIGHTNING_OPS_SECRET to the secret of the control plane.",
        404 => "Check that " + urlVariable + " is the address of a control plane that supports " + call.Function.Name + ".",
        >= 300 and < 400 => "Set " + urlVariable + " to the redirect target. Redirects are not followed because the request contains the secret.",
        >= 500 => "Check the log of the control plane; its own OA_LIGHTNING_OPS_SECRET must be set.",
        _ => "Correct what the control plane reports.",
    };
}
