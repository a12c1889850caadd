using System;
using System.Text.Json;
using LightningOps.Http;
using LightningOps.Paywalls.Decoding;
using LightningOps.Settings;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The control plane of the Laravel internal API (docs/reference/control-plane.md#api).</summary>
internal sealed class ApiControlPlane : HostedControlPlane
{
    /// <summary>Prepares calls; nothing is sent yet.</summary>
    /// <param name="options">Address and connection.</param>
    /// <exception cref="ConfigException">The base URL is malformed, or plain http to another machine.</exception>
    public ApiControlPlane(HostedControlPlaneOptions options)
        : base(new ApiTransport(options))
    {
    }
}

/// <summary>The control plane of the Convex HTTP API (docs/reference/control-plane.md#convex).</summary>
internal sealed class ConvexControlPlane : HostedControlPlane
{
    /// <summary>Prepares calls; nothing is sent yet.</summary>
    /// <param name="options">Address and connection.</param>
    /// <exception cref="ConfigException">The base URL is malformed, or plain http to another machine.</exception>
    public ConvexControlPlane(HostedControlPlaneOptions options)
        : base(new ConvexTransport(options))
    {
    }
}

/// <summary>The envelope of the Laravel internal API: the answer is the body (docs/reference/control-plane.md#api).</summary>
internal sealed class ApiTransport : HttpTransport
{
    public ApiTransport(HostedControlPlaneOptions options)
        : base(EnvironmentVariables.ApiBaseUrl, options)
    {
    }

    protected override Uri GetAddress(ControlPlaneFunction function) =>
        new(BaseUrl + "/api/internal/lightning-ops/control-plane/" + function.Kind);

    protected override void WriteEnvelope(Utf8JsonWriter json, ControlPlaneFunction function) =>
        json.WriteString("functionName", function.Name);

    protected override ReadOnlyMemory<byte> Unwrap(GatewayAnswer answer, TransportFailures failures) =>
        answer.IsSuccess ? AnswerEnvelope.Read(answer.Body, failures).AnswerOrThrow(failures) : throw failures.Refused(answer);
}

/// <summary>The envelope of the Convex HTTP API: the answer is the member value (docs/reference/control-plane.md#convex).</summary>
internal sealed class ConvexTransport : HttpTransport
{
    public ConvexTransport(HostedControlPlaneOptions options)
        : base(EnvironmentVariables.ConvexUrl, options)
    {
    }

    protected override Uri GetAddress(ControlPlaneFunction function) => new(BaseUrl + "/api/" + function.Kind);

    protected override void WriteEnvelope(Utf8JsonWriter json, ControlPlaneFunction function)
    {
        json.WriteString("path", function.Name);
        json.WriteString("format", "json");
    }

    protected override ReadOnlyMemory<byte> Unwrap(GatewayAnswer answer, TransportFailures failures)
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
