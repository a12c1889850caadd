using System;
using System.Globalization;
using LightningOps.Http;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>Makes the failures of one call, without its secrets (docs/reference/control-plane.md#transport).</summary>
internal sealed class TransportFailures
{
    private readonly ControlPlaneCall call;
    private readonly string urlVariable;
    private readonly string address;
    private readonly SecretScrubber scrubber;

    public TransportFailures(ControlPlaneCall call, string urlVariable, string address, SecretScrubber scrubber)
    {
        this.call = call;
        this.urlVariable = urlVariable;
        this.address = address;
        this.scrubber = scrubber;
    }

    /// <summary>Kind and name of the function, as decoders name their source.</summary>
    public string Operation => call.Function.Operation;

    public ControlPlaneTransportException NoAnswer(NoAnswerException failure) => failure.Reason switch
    {
        NoAnswerReason.Timeout => Failure(failure.Code, "Try again, or allow the control plane more time.", failure.Cause),
        NoAnswerReason.Connection => new(Operation, failure.Code, "Check that " + urlVariable + " is right and can be reached from here.", failure.Cause, address)
        {
            MayHaveArrived = !ConnectionFailure.IsNotDelivered(failure.Cause),
        },
        _ => Failure(failure.Code, "Check that " + urlVariable + " is the address of a control plane.", failure.Cause),
    };

    public ControlPlaneTransportException Malformed(Exception cause) =>
        Failure("invalid_json", "Check that " + urlVariable + " is the address of a control plane and not of a web page.", cause);

    public ControlPlaneTransportException Refused(GatewayAnswer answer) =>
        new(Operation, "status_" + answer.StatusCode.ToString(CultureInfo.InvariantCulture) + ":" + scrubber.Quote(answer.Body), RetryAdvice.For(answer.RetryAt) ?? RemedyFor(answer.StatusCode), null, address)
        {
            // 408 and 5xx may come from a proxy that gave up waiting for the backend; 560 is the backend's own.
            MayHaveArrived = answer.StatusCode is 408 or (>= 500 and not 560),
            IsRefusal = answer.StatusCode is 400 or 404 or 409 or 413 or 422 or 560,
        };

    public ControlPlaneTransportException Reported(string error) =>
        new(Operation, "error:" + scrubber.Quote(error), "Correct the cause that the control plane names, or check its log.", null, address) { MayHaveArrived = false, IsRefusal = true };

    private ControlPlaneTransportException Failure(string reason, string remedy, Exception? cause = null) =>
        new(Operation, reason, remedy, cause, address);

    private string RemedyFor(int status) => status switch
    {
        401 or 403 => "Set OA_LIGHTNING_OPS_SECRET to the secret of the control plane.",
        GoneAddress.StatusCode => GoneAddress.GetRemedy(urlVariable),
        404 => "Check that " + urlVariable + " is the address of a control plane that supports " + call.Function.Name + ".",
        >= 300 and < 400 => "Set " + urlVariable + " to the redirect target. Redirects are not followed because the request contains the secret.",
        >= 500 => "Check the log of the control plane; its own OA_LIGHTNING_OPS_SECRET must be set.",
        _ => "Correct the cause that the control plane reports.",
    };
}
