using System;
using System.IO;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Observability;
using Polly;
using Polly.Timeout;

namespace LightningOps.Payments;

/// <summary>Sends a wallet's requests, each exactly once: a payment that is tried again could be made twice.</summary>
internal sealed class WalletHttp : IDisposable
{
    // The shortest time limit there can be.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient client;
    private readonly WalletHttpOptions options;

    /// <param name="options">How to speak to the wallet.</param>
    /// <param name="ownHandler">Handler to use when the options have none; disposed here.</param>
    public WalletHttp(WalletHttpOptions options, HttpMessageHandler? ownHandler = null)
    {
        this.options = options;
        client = HttpClients.Create(options.Handler, () => ownHandler ?? HttpClients.CreateHandler(), "application/json");
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Time limit of all of it.</param>
    /// <param name="read">Reads the lines of the body, given the status.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WalletNoResponseException">No answer, or not all of it, came.</exception>
    public Task<T> RequestAsync<T>(GatewayRequest request, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken) =>
        HttpObservation.ObserveAsync("lightningops.wallet", Measurements.WalletDuration, request.Method, request.Address, observation => LimitAsync(
            request,
            limit,
            (status, lines) =>
            {
                observation.Answered(status, status is >= 200 and < 300);
                return read(status, lines);
            },
            cancellationToken));

    /// <summary>Reads the whole body as one text.</summary>
    public Task<(int StatusCode, string Body)> RequestAsync(GatewayRequest request, TimeSpan limit, CancellationToken cancellationToken) =>
        RequestAsync(request, limit, async (status, lines) => (status, await lines.ReadAllAsync().ConfigureAwait(false)), cancellationToken);

    public void Dispose() => client.Dispose();

    private async Task<T> LimitAsync<T>(GatewayRequest request, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }.AddTimeout(new TimeoutStrategyOptions { Timeout = limit > Shortest ? limit : Shortest }).Build();
        try
        {
            return await pipeline.ExecuteAsync(
                async token => await SendAsync(request, read, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new WalletNoResponseException("timeout", nothingSent: false, e);
        }
        catch (HttpRequestException e)
        {
            throw new WalletNoResponseException("connection_failed:" + ConnectionFailure.GetCode(e), IsNothingSent(e), e);
        }
        catch (AnswerTooLargeException e)
        {
            throw new WalletNoResponseException("answer_too_large", nothingSent: false, e);
        }
    }

    // A handshake that fails ends before the request is sent.
    private static bool IsNothingSent(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return true;
            }
        }

        return RetryPipeline.IsNotDelivered(failure);
    }

    private async Task<T> SendAsync<T>(GatewayRequest request, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage();

        // A request on a connection that has gone stale is sent again by some handlers, unasked.
        message.Headers.ConnectionClose = true;
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A read of the body does not heed the token everywhere; disposing the response ends it.
        using var stop = cancellationToken.Register(response.Dispose);
        try
        {
            using var body = response.Content is null ? Stream.Null : await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            return await read((int)response.StatusCode, new AnswerLines(body, options.MaxResponseSize, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The answer ended early.", e);
        }
    }
}

/// <summary>HTTP options of a wallet.</summary>
public sealed record WalletHttpOptions
{
    /// <summary>Clock of the time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests; it must not follow redirects, for a secret is in their headers. Null makes one. Not disposed here when given.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which exposes the secret.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Maximum size of an answer, in bytes.</summary>
    public int MaxResponseSize { get; init; } = 1024 * 1024;
}

/// <summary>A wallet gave no answer, or not all of one; the payer turns it into a state.</summary>
internal sealed class WalletNoResponseException : Exception
{
    /// <param name="code">For example <c>timeout</c> or <c>connection_failed:connection_refused</c>.</param>
    /// <param name="nothingSent">Whether the request certainly did not reach the wallet.</param>
    /// <param name="cause">What went wrong.</param>
    public WalletNoResponseException(string code, bool nothingSent, Exception cause)
        : base("The wallet did not answer.", cause)
    {
        Code = code;
        IsNothingSent = nothingSent;
    }

    public string Code { get; }

    public bool IsNothingSent { get; }

    /// <summary>The state of a payment asked for in this request.</summary>
    public PaymentResult ToResult() => IsNothingSent
        ? PaymentResult.Failed(Code, "the wallet could not be reached; nothing was sent")
        : PaymentResult.Pending(Code, "the answer of the wallet is incomplete; the payment may have been made");
}
