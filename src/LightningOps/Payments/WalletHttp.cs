using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Observability;

namespace LightningOps.Payments;

/// <summary>Sends each request of a wallet exactly once, because a repeated payment could be made twice.</summary>
internal sealed class WalletHttp : IDisposable
{
    private readonly HttpSender sender;
    private readonly WalletHttpOptions options;

    /// <param name="options">Connection options.</param>
    /// <param name="ownHandler">Default handler, disposed here.</param>
    public WalletHttp(WalletHttpOptions options, HttpMessageHandler? ownHandler = null)
    {
        this.options = options;
        sender = new HttpSender(options.Handler, options.Time, ownHandler);
    }

    /// <summary>A client that accepts a pinned certificate; a handler of the options takes precedence.</summary>
    /// <exception cref="ConfigException">The certificate or its fingerprint cannot be used.</exception>
    public static WalletHttp OpenPinned(WalletHttpOptions options, string? fingerprint, string? certificatePath)
    {
        var pin = CertificatePin.Read(fingerprint, certificatePath);
        return new WalletHttp(options, options.Handler is null ? pin.CreateHandler() : null);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Time limit of the whole call.</param>
    /// <param name="read">Reads the lines of the body; receives the status.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WalletNoResponseException">No complete answer arrived.</exception>
    public Task<T> RequestAsync<T>(GatewayRequest request, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken) =>
        HttpObservation.ObserveAsync("lightningops.wallet", Measurements.WalletDuration, request.Method, request.Address, observation => SendAsync(
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

    public void Dispose() => sender.Dispose();

    private async Task<T> SendAsync<T>(GatewayRequest request, TimeSpan limit, Func<int, AnswerLines, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendOnceAsync(request, options.MaxResponseSize, limit, read, cancellationToken).ConfigureAwait(false);
        }
        catch (NoAnswerException e)
        {
            throw new WalletNoResponseException(e.Code, request.Address.GetLeftPart(UriPartial.Authority), e.Reason == NoAnswerReason.Connection && ConnectionFailure.IsNotSent(e.Cause), e.Cause);
        }
    }
}

/// <summary>HTTP options of a wallet.</summary>
public sealed record WalletHttpOptions
{
    /// <summary>Clock of the time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Sends the requests; it must not follow redirects, because a secret is in their headers. Null creates one. Not
    /// disposed here when given.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which exposes the secret.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Maximum size of an answer, in bytes.</summary>
    public int MaxResponseSize { get; init; } = 1024 * 1024;
}

/// <summary>A wallet gave no complete answer. The payer converts it to a state.</summary>
internal sealed class WalletNoResponseException : Exception
{
    /// <param name="code">For example <c>timeout</c> or <c>connection_failed:connection_refused</c>.</param>
    /// <param name="address">Scheme, host and port of the call.</param>
    /// <param name="nothingSent">Whether the request certainly did not reach the wallet.</param>
    /// <param name="cause">The cause.</param>
    public WalletNoResponseException(string code, string address, bool nothingSent, Exception cause)
        : base("The wallet at " + address + " did not answer.", cause)
    {
        Code = code;
        Address = address;
        IsNothingSent = nothingSent;
    }

    public string Code { get; }

    /// <summary>Scheme, host and port of the call.</summary>
    public string Address { get; }

    public bool IsNothingSent { get; }

    /// <summary>The state of a payment requested by this call.</summary>
    public PaymentResult ToResult() => IsNothingSent
        ? PaymentResult.Failed(Code, "the wallet at " + Address + " could not be reached; nothing was sent")
        : PaymentResult.Pending(Code, "the answer of the wallet at " + Address + " is incomplete; the payment may have been made");
}
