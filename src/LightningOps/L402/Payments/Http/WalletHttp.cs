using System;
using System.IO;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Gateway.Http;
using LightningOps.Http;
using LightningOps.Observability;
using Polly;
using Polly.Timeout;

namespace LightningOps.L402.Payments.Http;

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
    /// <exception cref="WalletSilenceException">No answer, or not all of it, came.</exception>
    public Task<T> AskAsync<T>(GatewayRequest request, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken) =>
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
    public Task<(int StatusCode, string Body)> AskAsync(GatewayRequest request, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(request, limit, async (status, lines) => (status, await lines.ReadAllAsync().ConfigureAwait(false)), cancellationToken);

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
            throw new WalletSilenceException("timeout", nothingSent: false, e);
        }
        catch (HttpRequestException e)
        {
            throw new WalletSilenceException("connection_failed:" + ConnectionFailure.CodeOf(e), NothingSent(e), e);
        }
        catch (AnswerTooLargeException e)
        {
            throw new WalletSilenceException("answer_too_large", nothingSent: false, e);
        }
    }

    // A handshake that fails ends before the request is sent.
    private static bool NothingSent(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return true;
            }
        }

        return RetryPipeline.DidNotArrive(failure);
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
            return await read((int)response.StatusCode, new AnswerLines(body, options.LargestAnswer, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The answer ended early.", e);
        }
    }
}
