using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Settings;
using Polly;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The common part of both hosted backends: one POST per call, retried where that is safe, and one type of failure.</summary>
internal abstract class HttpTransport : IControlPlaneTransport
{
    /// <summary>Convex's status when the function itself threw; a retry would throw again.</summary>
    protected const int FunctionThrew = 560;

    private static readonly JsonWriterOptions RequestJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly HostedControlPlaneOptions options;
    private readonly HttpSender sender;
    private readonly ResiliencePipeline<GatewayAnswer> repeatable;
    private readonly ResiliencePipeline<GatewayAnswer> sentOnce;

    protected HttpTransport(string urlVariable, HostedControlPlaneOptions options)
    {
        BaseUrl = HttpAddress.CheckBase(urlVariable, options.BaseUrl, options.AllowInsecure, "Correct it where it was given: " + urlVariable + ", or -" + (urlVariable == EnvironmentVariables.ConvexUrl ? "ConvexUrl" : "ApiBaseUrl") + " of Connect-LightningOps.");
        UrlVariable = urlVariable;
        this.options = options;
        sender = new HttpSender(options.Handler, options.Time);
        var retries = new RetryOptions(options.Time, options.TryTimeout, options.Tries, options.RetryDelay, options.MaxRetryDelay, options.MaxRetryAfter);
        repeatable = RetryPipeline.Build(retries, static (failure, answer) => RetryPipeline.IsTransient(failure, answer) && answer?.StatusCode is not (FunctionThrew or >= 600));
        sentOnce = RetryPipeline.Build(retries, static (failure, _) => ConnectionFailure.IsNotDelivered(failure));
    }

    protected string BaseUrl { get; }

    private string UrlVariable { get; }

    public Task<ReadOnlyMemory<byte>> CallAsync(ControlPlaneCall call, CancellationToken cancellationToken) =>
        HttpObservation.ObserveAsync(
            "lightningops.control_plane",
            Measurements.ControlPlaneDuration,
            HttpMethod.Post,
            GetAddress(call.Function),
            observation => ExchangeAsync(call, observation, cancellationToken),
            ("lightningops.control_plane.function", call.Function.Name));

    public void Dispose() => sender.Dispose();

    /// <summary>Address of a function.</summary>
    protected abstract Uri GetAddress(ControlPlaneFunction function);

    /// <summary>Writes the members of the request that name the function.</summary>
    protected abstract void WriteEnvelope(Utf8JsonWriter json, ControlPlaneFunction function);

    /// <summary>The function's answer, extracted from the backend's envelope.</summary>
    protected abstract ReadOnlyMemory<byte> Unwrap(GatewayAnswer answer, TransportFailures failures);

    private static IEnumerable<string> GetSecrets(ControlPlaneCall call, string secret) =>
        call.SecretArgument is null ? [secret] : [secret, call.SecretArgument];

    private async Task<ReadOnlyMemory<byte>> ExchangeAsync(ControlPlaneCall call, HttpObservation observation, CancellationToken cancellationToken)
    {
        var secret = options.Secret.Reveal();
        var failures = new TransportFailures(call, UrlVariable, BaseUrl, new SecretScrubber(GetSecrets(call, secret)));
        var answer = await SendAsync(call, WriteRequest(call, secret), failures, cancellationToken).ConfigureAwait(false);
        observation.Answered(answer.StatusCode, answer.IsSuccess);
        return Unwrap(answer, failures);
    }

    private async Task<GatewayAnswer> SendAsync(ControlPlaneCall call, byte[] body, TransportFailures failures, CancellationToken cancellationToken)
    {
        var request = new GatewayRequest(HttpMethod.Post, GetAddress(call.Function)) { Json = body };
        try
        {
            return await sender.SendAsync(request, call.HasListAnswer ? options.MaxListSize : options.MaxResponseSize, call.IsRepeatable ? repeatable : sentOnce, cancellationToken).ConfigureAwait(false);
        }
        catch (NoAnswerException e)
        {
            throw failures.NoAnswer(e);
        }
    }

    private byte[] WriteRequest(ControlPlaneCall call, string secret)
    {
        return JsonBytes.WriteObject(
            json =>
            {
                WriteEnvelope(json, call.Function);
                json.WriteStartObject("args");
                json.WriteString("secret", secret);
                call.WriteArguments(json);
                json.WriteEndObject();
            },
            RequestJson);
    }
}

/// <summary>Carries calls to a hosted control plane: the backend's envelope, the secret, retries and time limits.</summary>
internal interface IControlPlaneTransport : IDisposable
{
    /// <summary>The JSON of the function's answer, extracted from its envelope.</summary>
    /// <exception cref="ControlPlaneTransportException">The backend cannot be reached, or it refuses the call.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(ControlPlaneCall call, CancellationToken cancellationToken);
}
