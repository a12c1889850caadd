using System;
using System.Text.Json;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The envelope of the Convex HTTP API: the answer is the member value (docs/reference/control-plane.md#convex).</summary>
internal sealed class ConvexTransport : HttpTransport
{
    private const int FunctionThrew = 560;

    public ConvexTransport(HostedControlPlaneOptions options)
        : base(EnvironmentVariables.ConvexUrl, options)
    {
    }

    protected override Uri AddressOf(ControlPlaneFunction function) => new(BaseUrl + "/api/" + function.Kind);

    protected override void WriteEnvelope(Utf8JsonWriter json, ControlPlaneFunction function)
    {
        json.WriteString("path", function.Name);
        json.WriteString("format", "json");
    }

    protected override ReadOnlyMemory<byte> Unwrap(HttpAnswer answer, TransportFailures failures)
    {
        if (!answer.IsSuccess && answer.StatusCode != FunctionThrew)
        {
            throw failures.Refused(answer);
        }

        var envelope = AnswerEnvelope.ReadConvex(answer.Body, failures);
        if (envelope.Status == "error")
        {
            throw failures.Reported(envelope.ErrorMessage + (envelope.ErrorData is null ? string.Empty : " " + envelope.ErrorData));
        }

        if (!answer.IsSuccess)
        {
            throw failures.Refused(answer);
        }

        if (envelope.Status != "success" || envelope.Value.IsEmpty)
        {
            throw new ControlPlaneDecodeException(failures.Operation, envelope.Status == "success" ? "value" : "status", "is missing");
        }

        return AnswerEnvelope.Read(envelope.Value, failures).AnswerOrThrow(failures);
    }
}
