using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Smoke.Ep212;

/// <summary>The mock shop on a free port of 127.0.0.1.</summary>
internal sealed class FixtureServer : IDisposable
{
    private const int MaxBodySize = 1024 * 1024;
    private readonly FixtureShop shop;
    private readonly HttpServer server;

    public FixtureServer(FixtureShop shop, TimeProvider time)
    {
        this.shop = shop;
        server = new HttpServer(new HttpServerOptions { Time = time }, AnswerAsync);
    }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url => "http://" + server.EndPoint;

    public void Dispose() => server.Dispose();

    private async Task AnswerAsync(HttpExchange exchange)
    {
        var body = await ReadAsync(exchange.Body).ConfigureAwait(false);
        var path = exchange.Head.Target.Split('?')[0];
        var answer = body is null
            ? new FixtureAnswer(413, "{\"ok\":false,\"error\":\"body_too_large\"}")
            : shop.Answer(exchange.Head.Method, path, exchange.Head.Headers.Find("Authorization"), body);
        var headers = new HeaderLines().Add("Content-Type", "application/json; charset=utf-8");
        if (answer.Challenge is not null)
        {
            headers.Add("WWW-Authenticate", answer.Challenge);
        }

        await exchange.AnswerAsync(answer.StatusCode, headers, Encoding.UTF8.GetBytes(answer.Json)).ConfigureAwait(false);
    }

    private static async Task<string?> ReadAsync(Stream body)
    {
        using var read = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(chunk, 0, chunk.Length).ConfigureAwait(false)) > 0;)
        {
            if (read.Length + count > MaxBodySize)
            {
                return null;
            }

            read.Write(chunk, 0, count);
        }

        return Encoding.UTF8.GetString(read.ToArray());
    }
}

/// <summary>The mock shop in memory, at any address.</summary>
internal sealed class FixtureHandler : HttpMessageHandler
{
    private readonly FixtureShop shop;

    public FixtureHandler(FixtureShop shop) => this.shop = shop;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync().ConfigureAwait(false);
        var answer = shop.Answer(request.Method.Method, request.RequestUri!.AbsolutePath, request.Headers.Authorization?.ToString(), body);
        var response = new HttpResponseMessage((HttpStatusCode)answer.StatusCode)
        {
            RequestMessage = request,
            Content = new StringContent(answer.Json, Encoding.UTF8, "application/json"),
        };
        if (answer.Challenge is not null)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", answer.Challenge);
        }

        return response;
    }
}

/// <summary>
/// The shop of mock mode. It sells for invoices of the mock wallet, and accepts only their credentials. Its contents,
/// and so their lengths and hashes, are those of the recorded smokes (vectors/smoke/ep212-*).
/// </summary>
internal sealed class FixtureShop
{
    /// <summary>Contents of the ep212 routes.</summary>
    public static readonly IReadOnlyList<FixtureRoute> Routes =
    [
        new("/ep212/premium-signal", "GET", "lnmock_ep212_route_a", "mac_ep212_a", 70_000, """{"ok":true,"source":"mock.ep212","route":"/ep212/premium-signal","signal":{"symbol":"BTC","confidence":0.8123,"horizon":"4h"}}"""),
        new("/ep212/expensive-signal", "GET", "lnmock_ep212_route_b", "mac_ep212_b", 250_000, null),
    ];

    /// <summary>Contents of the full flow's sellers.</summary>
    public static readonly IReadOnlyList<FixtureRoute> FullFlowRoutes =
    [
        new("/sats4ai/text-generation", "POST", "lnmock_ep212_sats4ai", "mac_ep212_sats4ai", 70_000, """{"ok":true,"source":"sats4ai.mock","output":"The little bird soared higher and found a hidden valley of musical flowers."}"""),
        new("/openagents/premium-signal", "GET", "lnmock_ep212_oa_under", "mac_ep212_oa_under", 70_000, """{"ok":true,"source":"openagents.mock","route":"/openagents/premium-signal","signal":{"symbol":"BTC","confidence":0.8123,"direction":"up","horizon":"4h"}}"""),
        new("/openagents/expensive-signal", "GET", "lnmock_ep212_oa_over", "mac_ep212_oa_over", 250_000, null),
    ];

    private readonly IReadOnlyList<FixtureRoute> routes;
    private readonly string preimagePrefix;
    private readonly Dictionary<string, string> asked = new(StringComparer.Ordinal);

    /// <param name="routes">Its routes.</param>
    /// <param name="preimagePrefix">Prefix from which the preimages of its invoices are derived.</param>
    public FixtureShop(IReadOnlyList<FixtureRoute> routes, string preimagePrefix)
    {
        this.routes = routes;
        this.preimagePrefix = preimagePrefix;
    }

    /// <summary>Paths of its routes, in order.</summary>
    public IReadOnlyList<string> Paths => routes.Select(route => route.Path).ToArray();

    /// <summary>The wallet that can pay its invoices.</summary>
    public MockPayer OpenWallet() =>
        new(new MockPayerOptions { Preimages = payment => routes.Any(route => route.Invoice == payment.Invoice) ? DerivePreimage(payment.Invoice) : null });

    /// <summary>Answers a request.</summary>
    public FixtureAnswer Answer(string method, string path, string? authorization, string body)
    {
        var route = routes.FirstOrDefault(candidate => candidate.Path == path);
        return route is null ? Refusal(404, "not_found")
            : method != route.Method ? Refusal(405, "method_not_allowed")
            : string.IsNullOrWhiteSpace(authorization) || route.Content is null ? CreateChallengeAnswer(route, body)
            : authorization!.Trim() != L402Authorization.Create(route.Token, DerivePreimage(route.Invoice)).ToHeaderValue() ? Refusal(401, "credential_rejected")
            : !HasExpectedBody(route, body) ? Refusal(400, "request_body_mismatch")
            : new FixtureAnswer(200, route.Content);
    }

    private static FixtureAnswer Refusal(int status, string error) => new(status, "{\"ok\":false,\"error\":\"" + error + "\"}");

    private FixtureAnswer CreateChallengeAnswer(FixtureRoute route, string body)
    {
        lock (asked)
        {
            asked[route.Path] = body;
        }

        return Refusal(402, "payment_required") with
        {
            Challenge = FormattableString.Invariant($"L402 invoice=\"{route.Invoice}\", macaroon=\"{route.Token}\", amount_msats={route.PriceMsats}"),
        };
    }

    private bool HasExpectedBody(FixtureRoute route, string body)
    {
        lock (asked)
        {
            return !asked.TryGetValue(route.Path, out var before) || before == body;
        }
    }

    private Preimage DerivePreimage(string invoice) => MockPayerOptions.Deterministic(preimagePrefix, invoice);
}

/// <summary>A route of the mock shop, with the values of the recorded smokes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Method">The only allowed method.</param>
/// <param name="Invoice">Its invoice, which is not BOLT 11.</param>
/// <param name="Token">Its token.</param>
/// <param name="PriceMsats">Its price, millisatoshis.</param>
/// <param name="Content">Its content, JSON; null if it is never sold.</param>
internal sealed record FixtureRoute(string Path, string Method, string Invoice, string Token, long PriceMsats, string? Content);

/// <summary>An answer of the mock shop.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Json">The body.</param>
/// <param name="Challenge">Value of WWW-Authenticate; null for none.</param>
internal sealed record FixtureAnswer(int StatusCode, string Json, string? Challenge = null);
