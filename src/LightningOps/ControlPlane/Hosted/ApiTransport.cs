using System;
using System.Text.Json;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The envelope of the Laravel internal API: the answer is the body (docs/reference/control-plane.md#api).</summary>
internal sealed class ApiTransport : HttpTransport
{
    public ApiTransport(HostedControlPlaneOptions options)
        : base(EnvironmentVariables.ApiBaseUrl, options)
    {
    }

    protected override Uri AddressOf(ControlPlaneFunction function) =>
        new(BaseUrl + "/api/internal/lightning-ops/control-plane/" + function.Kind);

    protected override void WriteEnvelope(Utf8JsonWriter json, ControlPlaneFunction function) =>
        json.WriteString("functionName", function.Name);

    protected override ReadOnlyMemory<byte> Unwrap(HttpAnswer answer, TransportFailures failures) =>
        answer.IsSuccess ? AnswerEnvelope.Read(answer.Body, failures).AnswerOrThrow(failures) : throw failures.Refused(answer);
}
