using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Spending;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.Observability;

namespace LightningOps.Buyer;

/// <summary>Sends a request, repeatedly if necessary. Bodies are not read here and redirects not followed.</summary>
internal sealed class L402Exchange : IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private const int MaxText = 16 * 1024;
    private const string PaymentScheme = "Payment ";

    // Set by the sender; a request with another value would fail half-way.
    private static readonly string[] Framing = ["Transfer-Encoding", "Content-Length"];

    private readonly TimeSpan answerTimeout;
    private readonly CertificatePin pin;
    private readonly bool hasOwnLimit;

    /// <param name="options">Time limit and connections.</param>
    /// <param name="handler">Sends the requests; it must not follow redirects. Null makes one. Not disposed here when given.</param>
    /// <param name="time">Clock of the time limit.</param>
    public L402Exchange(L402ClientOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        this.time = time;
        answerTimeout = options.AnswerTimeout;
        pin = CertificatePin.Read(options.SellerCertificateFingerprint, options.SellerCertificatePath, nameof(options.SellerCertificateFingerprint), nameof(options.SellerCertificatePath));
        // HttpClient supports only the system's clock, but its limit is cheaper.
        hasOwnLimit = time != TimeProvider.System;
        http = CreateClient(options, handler);
    }

    /// <summary>The answer, of which only the headers have been read; the caller disposes it.</summary>
    /// <param name="order">Request and destination.</param>
    /// <param name="authorization">The credential; null for none.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="L402TransportException">There was no answer.</exception>
    /// <exception cref="L402PaymentDeniedException">The answer came from another address.</exception>
    /// <remarks>
    ///  A body is withheld until the server accepts the request (RFC 9110 10.1.1, <c>Expect: 100-continue</c>). A
    /// server that asks for payment, or refuses the credential, never receives it. If the server ignores this, the
    /// body is sent after a short wait.
    /// </remarks>
    public async Task<HttpResponseMessage> SendAsync(PurchaseOrder order, string? authorization, CancellationToken cancellationToken)
    {
        try
        {
            var response = Checked(order, await StartAsync(order, authorization, withholdsBody: true, cancellationToken).ConfigureAwait(false), authorization is not null);
            if (response.StatusCode != HttpStatusCode.ExpectationFailed || order.Request.Content is null)
            {
                return response;
            }

            response.Dispose();
            return Checked(order, await StartAsync(order, authorization, withholdsBody: false, cancellationToken).ConfigureAwait(false), authorization is not null);
        }
        catch (Exception e) when (ToTransportFailure(order, e, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary><see cref="SendAsync" /> for a credential that the path has accepted: the body is sent at once.</summary>
    public Task<HttpResponseMessage> StartAsync(PurchaseOrder order, string? authorization, CancellationToken cancellationToken) =>
        StartAsync(order, authorization, withholdsBody: false, cancellationToken);

    /// <summary>The answer, if it came from the requested address.</summary>
    /// <param name="order">The request.</param>
    /// <param name="response">Its answer.</param>
    /// <param name="isPaid">Whether a credential was sent.</param>
    /// <exception cref="L402PaymentDeniedException">It came from another address.</exception>
    public static HttpResponseMessage Checked(PurchaseOrder order, HttpResponseMessage response, bool isPaid)
    {
        if (response.RequestMessage?.RequestUri is { } answered && answered != order.Site.Address)
        {
            response.Dispose();
            throw new L402PaymentDeniedException(order.Site.Name, new SpendDenial(DenyReasonCodes.Redirected, "the answer came from " + SellerText.Quote(answered.GetLeftPart(UriPartial.Path)) + (isPaid ? ", and the paid credential may have been sent along. Get-L402Credential lists what was paid" : string.Empty)));
        }

        return response;
    }

    /// <summary>The typed failure of a failed exchange; null for any other exception.</summary>
    public L402TransportException? ToTransportFailure(PurchaseOrder order, Exception failure, CancellationToken cancellationToken) => failure switch
    {
        L402TransportException known => known,
        OperationCanceledException when !cancellationToken.IsCancellationRequested => new L402TransportException(order.Request.ToString(), "timeout", failure),
        HttpRequestException => CreateFailure(order, ConnectionFailure.GetReason(failure), failure),
        _ => null,
    };

    private L402TransportException CreateFailure(PurchaseOrder order, string reason, Exception failure)
    {
        var created = new L402TransportException(order.Request.ToString(), reason, failure);
        return reason == "connection_failed:tls_refused" && pin.LastSeen is { } seen ? created.WithCertificate(seen, pin.IsPinned) : created;
    }

    /// <summary>A short body as text; null when it is longer than a few thousand bytes, breaks off or exceeds the time limit of an answer.</summary>
    public async Task<string?> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > MaxText)
        {
            return null;
        }

        using var limit = time.CreateCancellationTokenSource(answerTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await AnswerLines.ReadAsync(response, MaxText, static body => body.ReadAllAsync(), either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or AnswerTooLargeException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private HttpClient CreateClient(L402ClientOptions options, HttpMessageHandler? handler)
    {
        var client = HttpClients.Create(
            handler,
            () =>
            {
                var own = pin.CreateHandler();
                own.MaxConnectionsPerServer = options.MaxConnectionsPerServer;
                return own;
            },
            "*/*");
        client.Timeout = hasOwnLimit ? Timeout.InfiniteTimeSpan : answerTimeout;
        return client;
    }

    private Task<HttpResponseMessage> StartAsync(PurchaseOrder order, string? authorization, bool withholdsBody, CancellationToken cancellationToken) =>
        Telemetry.IsEnabled(Measurements.SellerDuration) ? ObserveAsync(order, authorization, withholdsBody, cancellationToken) : AskAsync(order, authorization, withholdsBody, cancellationToken);

    private Task<HttpResponseMessage> ObserveAsync(PurchaseOrder order, string? authorization, bool withholdsBody, CancellationToken cancellationToken) =>
        HttpObservation.ObserveAsync("lightningops.seller", Measurements.SellerDuration, new HttpMethod(order.Request.Method), order.Site.Address, async observation =>
        {
            try
            {
                var response = Checked(order, await AskAsync(order, authorization, withholdsBody, cancellationToken).ConfigureAwait(false), authorization is not null);
                observation.Answered((int)response.StatusCode, (int)response.StatusCode < 400 || response.StatusCode == HttpStatusCode.PaymentRequired);
                return response;
            }
            catch (Exception e) when (ToTransportFailure(order, e, cancellationToken) is { } failure)
            {
                throw failure;
            }
        });

    private Task<HttpResponseMessage> AskAsync(PurchaseOrder order, string? authorization, bool withholdsBody, CancellationToken cancellationToken)
    {
        // Not disposed: on some platforms that would dispose the content of the answer.
        var message = Message(order, authorization);
        if (withholdsBody && message.Content is not null)
        {
            message.Headers.ExpectContinue = true;
        }

        TraceContext.Send(message);
        return hasOwnLimit ? AskLimitedAsync(message, cancellationToken) : http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<HttpResponseMessage> AskLimitedAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var limit = time.CreateCancellationTokenSource(answerTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
    }

    private static HttpRequestMessage Message(PurchaseOrder order, string? authorization)
    {
        var request = order.Request;
        var message = new HttpRequestMessage(request.Method == "GET" ? HttpMethod.Get : ReadMethod(request.Method), order.Site.Address) { Content = request.Content?.Invoke() };
        foreach (var header in request.Headers)
        {
            Add(message, header.Key, header.Value);
        }

        if (request.HostHeader is not null)
        {
            message.Headers.Host = request.HostHeader.All(static sign => sign is > ' ' and <= '~')
                ? request.HostHeader
                : throw new ConfigException("HostHeader", "\"" + PlainText.From(request.HostHeader) + "\" is not a host that can be sent", "Use ASCII characters; write an internationalized name as punycode (xn--).");
        }

        if (request.IsIdentityOnly)
        {
            message.Headers.Remove("Accept-Encoding");
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        }

        // A request with a single-use credential asks for the whole body.
        if (request is { ResumeFrom: { } from, ResumeValidator: { } validator } && authorization?.StartsWith(PaymentScheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            message.Headers.TryAddWithoutValidation("Range", "bytes=" + from.ToString(System.Globalization.CultureInfo.InvariantCulture) + "-");
            message.Headers.TryAddWithoutValidation("If-Range", validator);
        }

        if (authorization is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return message;
    }

    // CONNECT asks for a tunnel instead of an answer.
    private static HttpMethod ReadMethod(string method) => IsToken(method) && !method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase)
        ? new HttpMethod(method)
        : throw new ConfigException("Method", "\"" + PlainText.From(method) + "\" is not a method that can be sent", "Use a method of HTTP such as GET or POST.");

    // RFC 9110 5.6.2
    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(sign => sign is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".IndexOf(sign) >= 0);

    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Host", StringComparison.OrdinalIgnoreCase) || Framing.Contains(name, StringComparer.OrdinalIgnoreCase) || value.Any(static sign => sign is < ' ' or > '~') || !IsToken(name))
        {
            throw new ConfigException("Headers", (IsToken(name) ? name : "\"" + PlainText.From(name) + "\"") + " is not a valid header here", "Use letters, digits and hyphens in the name, and one line of ASCII characters for the value. Do not set Authorization, Transfer-Encoding or Content-Length; set the host with -HostHeader.");
        }

        if (message.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }

        // A header of the body. The caller's header overrides the content's own.
        if (message.Content is { } content)
        {
            content.Headers.Remove(name);
            content.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
