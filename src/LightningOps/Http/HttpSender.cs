using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.Timeout;

namespace LightningOps.Http;

/// <summary>
/// Sends requests to one server and reads answers of limited size. Every missing answer is a <see
/// cref="NoAnswerException" />.
/// </summary>
internal sealed class HttpSender : IDisposable
{
    private const string SmokeAuthorizationHeader = "x-oa-smoke-auth";
    private readonly HttpClient client;
    private readonly TimeProvider time;

    /// <param name="handler">Sends the requests, disposed elsewhere; null for none.</param>
    /// <param name="time">Clock of time limits and of the dates of Retry-After.</param>
    /// <param name="ownHandler">Default handler, disposed here. Null creates one.</param>
    public HttpSender(HttpMessageHandler? handler, TimeProvider time, HttpMessageHandler? ownHandler = null)
    {
        this.time = time;
        client = HttpClients.Create(handler, () => ownHandler ?? HttpClients.CreateHandler(), "application/json");
    }

    /// <summary>Sends with the retries of a pipeline.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBody">Maximum size of the body, bytes.</param>
    /// <param name="pipeline">Tries and their time limit.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="NoAnswerException">No complete answer arrived.</exception>
    public Task<GatewayAnswer> SendAsync(GatewayRequest request, int maxBody, ResiliencePipeline<GatewayAnswer> pipeline, CancellationToken cancellationToken) =>
        CatchAsync(pipeline.ExecuteAsync(
            async token => await TryAsync(request, maxBody, token).ConfigureAwait(false),
            cancellationToken));

    /// <summary>Sends exactly once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBody">Maximum size of the body, bytes.</param>
    /// <param name="limit">Time limit of the whole call.</param>
    /// <param name="read">Reads the body; receives the status.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="NoAnswerException">No complete answer arrived.</exception>
    public Task<T> SendOnceAsync<T>(GatewayRequest request, int maxBody, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken) =>
        CatchAsync(RetryPipeline.BuildTimeLimit(time, limit).ExecuteAsync(
            async token =>
            {
                using var message = request.ToMessage();

                // Some handlers silently resend a request on a stale connection.
                message.Headers.ConnectionClose = true;
                using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                return await AnswerLines.ReadAsync(response, maxBody, lines => read((int)response.StatusCode, lines), token).ConfigureAwait(false);
            },
            cancellationToken));

    public void Dispose() => client.Dispose();

    /// <summary>One attempt, without a time limit.</summary>
    /// <exception cref="HttpRequestException">No complete answer arrived.</exception>
    /// <exception cref="AnswerTooLargeException">The body is larger than <paramref name="maxBody"/>.</exception>
    internal async Task<GatewayAnswer> TryAsync(GatewayRequest request, int maxBody, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage();
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var wait = RetryAdvice.GetWait(response, time);
        var retryAt = wait is null ? null : time.GetUtcNow() + wait;
        return new GatewayAnswer((int)response.StatusCode, await AnswerLines.ReadAsync(response, maxBody, static lines => lines.ReadBytesAsync(), cancellationToken).ConfigureAwait(false))
        {
            Challenges = response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? challenges.ToArray() : Array.Empty<string>(),
            SmokeAuthorization = response.Headers.TryGetValues(SmokeAuthorizationHeader, out var given) ? given.First().Trim() : null,
            RetryAfter = wait,
            RetryAt = retryAt,
        };
    }

    private static async Task<T> CatchAsync<T>(ValueTask<T> exchange)
    {
        try
        {
            return await exchange.ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new NoAnswerException(NoAnswerReason.Timeout, "timeout", e);
        }
        catch (HttpRequestException e)
        {
            var reason = ConnectionFailure.GetReason(e);
            throw new NoAnswerException(reason == ConnectionFailure.HeadersTooLarge ? NoAnswerReason.TooLarge : NoAnswerReason.Connection, reason, e);
        }
        catch (AnswerTooLargeException e)
        {
            throw new NoAnswerException(NoAnswerReason.TooLarge, "answer_too_large", e);
        }
    }
}
