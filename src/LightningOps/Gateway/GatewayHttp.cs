using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Observability;
using Polly;

namespace LightningOps.Gateway;

/// <summary>
/// Sends the requests of a gateway, retries transient failures, and maps every failure to GatewayException. Every
/// request sent through here may arrive twice.
/// </summary>
internal sealed class GatewayHttp : IDisposable
{
    private const int PaymentRequired = 402;
    private const int InternalServerError = 500;
    private const int UnknownCode = 2;
    private readonly string gateway;
    private readonly HttpSender sender;
    private readonly int maxResponseSize;
    private readonly ResiliencePipeline<GatewayAnswer> pipeline;
    private readonly ResiliencePipeline<GatewayAnswer> single;
    private readonly Func<IEnumerable<string>> secrets;
    private readonly CertificatePin pin;

    /// <param name="gateway">Name of the gateway, for failures.</param>
    /// <param name="options">Connection options.</param>
    /// <param name="secrets">Values that must never be quoted from an answer.</param>
    /// <param name="pin">The certificates to accept; null for the trust store of the system.</param>
    public GatewayHttp(string gateway, GatewayHttpOptions options, Func<IEnumerable<string>> secrets, CertificatePin? pin = null)
    {
        this.pin = pin ?? CertificatePin.Read(null, null);
        this.gateway = gateway;
        this.secrets = secrets;
        sender = new HttpSender(options.Handler, options.Time, options.Handler is null ? this.pin.CreateHandler() : null);
        maxResponseSize = options.MaxResponseSize;
        pipeline = Build(options, options.Tries);
        single = Build(options, 1);
    }

    /// <summary>The answer, with any status.</summary>
    /// <exception cref="GatewayException">There was no answer.</exception>
    public Task<GatewayAnswer> SendAsync(GatewayRequest request, CancellationToken cancellationToken) =>
        HttpObservation.ObserveAsync(
            "lightningops.gateway",
            Measurements.GatewayDuration,
            request.Method,
            request.Address,
            async observation =>
            {
                var answer = await ExchangeAsync(request, pipeline, cancellationToken).ConfigureAwait(false);
                observation.Answered(answer.StatusCode, answer.IsSuccess || answer.StatusCode == PaymentRequired);
                return answer;
            });

    /// <summary>
    /// The answer to a single attempt, with any status. An answer that the upstream is unreachable is a result here
    /// and is not retried.
    /// </summary>
    /// <exception cref="GatewayException">There was no answer.</exception>
    public async Task<GatewayAnswer> SendOnceAsync(GatewayRequest request, CancellationToken cancellationToken) =>
        await ExchangeAsync(request, single, cancellationToken).ConfigureAwait(false);

    /// <summary>The answer, if it reports success.</summary>
    /// <exception cref="GatewayException">There was no answer, or it reports a failure.</exception>
    public Task<GatewayAnswer> SendForSuccessAsync(GatewayRequest request, CancellationToken cancellationToken) => SendForSuccessAsync(request, null, cancellationToken);

    /// <summary>The answer, if it reports success.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">As for <see cref="Refused" />.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">There was no answer, or it reports a failure.</exception>
    public async Task<GatewayAnswer> SendForSuccessAsync(GatewayRequest request, string? call, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess ? answer : throw Refused(request, answer, call);
    }

    /// <summary>The failure for an answer with an unexpected status.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="call">The call for a reason that is shown without the message; null for none.</param>
    public GatewayException Refused(GatewayRequest request, GatewayAnswer answer, string? call = null) => Failure(
        request,
        "status_" + answer.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture) + ":" + new SecretScrubber(secrets()).Quote(answer.Body) + (call is null ? string.Empty : " (" + call + ")"),
        IsWriteTimeout(answer)
            ? "Set `writetimeout: 0s` in its aperture.yaml and restart it: this Aperture answers every admin call with 500 while writetimeout is above 0, its default."
            : RetryAdvice.For(answer.RetryAt) ?? RemedyFor(answer.StatusCode));

    /// <summary>The failure for an answer that violates the contract.</summary>
    public GatewayException Malformed(GatewayRequest request, string what, Exception? cause = null) =>
        Failure(request, "invalid_answer:" + what, "Check that the address belongs to this kind of gateway.", cause);

    public void Dispose() => sender.Dispose();

    private async Task<GatewayAnswer> ExchangeAsync(GatewayRequest request, ResiliencePipeline<GatewayAnswer> tries, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(request, maxResponseSize, tries, cancellationToken).ConfigureAwait(false);
        }
        catch (NoAnswerException e) when (e.Code == "connection_failed:" + ConnectionFailure.TlsRefused && pin.LastSeen is not null)
        {
            throw Failure(
                request,
                e.Code + ": its certificate is not trusted, SHA-256 " + pin.LastSeen,
                "Name its certificate file with -TlsCertificatePath, or, if you know the fingerprint seen to be the gateway's, use -CertificateFingerprint " + pin.LastSeen + ".",
                e.Cause);
        }
        catch (NoAnswerException e)
        {
            throw Failure(request, e.Code, RemedyFor(e.Reason), e.Cause);
        }
    }

    private static ResiliencePipeline<GatewayAnswer> Build(GatewayHttpOptions options, int tries) => RetryPipeline.Build(
        new RetryOptions(options.Time, options.TryTimeout, tries, options.RetryDelay, options.MaxRetryDelay, options.MaxRetryAfter),
        static (failure, answer) => RetryPipeline.IsTransient(failure, answer) && !(answer is not null && IsWriteTimeout(answer)));

    // docs/reference/aperture.md#admin-api: Aperture's main branch of August 2026.
    private static bool IsWriteTimeout(GatewayAnswer answer)
    {
        if (answer.StatusCode != InternalServerError)
        {
            return false;
        }

        try
        {
            using var body = JsonDocument.Parse(answer.Body);
            return body.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("code", out var code) && code is { ValueKind: JsonValueKind.Number } && code.TryGetInt32(out var number) && number == UnknownCode
                && root.TryGetProperty("message", out var message) && message is { ValueKind: JsonValueKind.String } && message.GetString()!.Contains("unexpected content-type \"text/plain");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Another answer; one with half a surrogate pair has no text.
            return false;
        }
    }

    private static string RemedyFor(NoAnswerReason reason) => reason switch
    {
        NoAnswerReason.Timeout => "Try again, or allow the gateway more time.",
        NoAnswerReason.Connection => "Check that the gateway address is correct and reachable from this machine.",
        _ => "Check that the address is a gateway's.",
    };

    private static string RemedyFor(int status) => status switch
    {
        401 or 403 => "Specify the token or macaroon that the gateway accepts.",
        GoneAddress.StatusCode => GoneAddress.GetRemedy("the address of the gateway"),
        404 => "Check that the address belongs to this kind of gateway.",
        >= 300 and < 400 => "Use the redirect target. Redirects are not followed because the request contains a secret.",
        >= 500 => "Check the log of the gateway.",
        _ => "Correct the cause that the gateway reports.",
    };

    private GatewayException Failure(GatewayRequest request, string reason, string remedy, Exception? cause = null) =>
        new(gateway, request.Operation, reason, remedy, cause, request.Address.GetLeftPart(UriPartial.Authority));
}
