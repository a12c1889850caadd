using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Credentials;
using LightningOps.Gateway.Loopback.Forwarding;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Gateway.Loopback.Limits;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback;

/// <summary>Answers requests in Aperture's order (proxy/proxy.go, ServeHTTP): blocked, preflight, match, credential, limit, upstream.</summary>
internal sealed class GatewayRequests
{
    private const string AdminPath = "/api/admin/";
    private static readonly byte[] PaymentProblem = Encoding.ASCII.GetBytes("{\"type\":\"https://paymentauth.org/problems/payment-required\",\"title\":\"Payment Required\",\"status\":402,\"detail\":\"Payment required for access.\"}");
    private readonly ChallengeMinter minter;
    private readonly CredentialVerifier verifier;
    private readonly PaymentCharges charges;
    private readonly UpstreamProxy upstreams;
    private readonly Func<LoopbackLiveConfiguration> live;
    private readonly Func<string> realm;
    private readonly ConcurrentDictionary<string, ServiceCounters> counters = new(StringComparer.Ordinal);

    public GatewayRequests(ChallengeMinter minter, CredentialVerifier verifier, PaymentCharges charges, UpstreamProxy upstreams, Func<LoopbackLiveConfiguration> served, Func<string> realm)
    {
        this.minter = minter;
        this.verifier = verifier;
        this.charges = charges;
        this.realm = realm;
        this.upstreams = upstreams;
        this.live = served;
    }

    /// <summary>Counters of a service, by name; they survive a configuration change.</summary>
    public ServiceCounters GetCounters(string service) => counters.GetOrAdd(service, static _ => new ServiceCounters());

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpExchange exchange)
    {
        var now = live();
        if (exchange.Head is { Method: "OPTIONS", Target: "*" })
        {
            // Go's server answers it itself (net/http, globalOptionsHandler).
            await exchange.AnswerAsync(200, new HeaderLines(), []).ConfigureAwait(false);
        }
        else if (now.Config.Blocked.Contains(Plain(exchange.Client)))
        {
            await DirectAnswer.SendAsync(exchange, 403, "access denied", CorsHeaders.AddTo(new HeaderLines()), isTyped: false).ConfigureAwait(false);
        }
        else if (exchange.Head.Method == "OPTIONS")
        {
            await DirectAnswer.SendAsync(exchange, 200, string.Empty, CorsHeaders.AddTo(new HeaderLines()), isTyped: false).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(exchange, RequestTarget.From(exchange.Head), now).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HttpExchange exchange, RequestTarget target, LoopbackLiveConfiguration now)
    {
        try
        {
            if (now.Config.HasAdminApi && target.Path.StartsWith(AdminPath, StringComparison.Ordinal))
            {
                // Reserved paths belong to Aperture itself and reach no service; this gateway has none of them.
                await DirectAnswer.SendAsync(exchange, 404, "the admin API is not served").ConfigureAwait(false);
            }
            else if (now.Find(target) is { } service)
            {
                await AnswerAsync(new Visit(exchange, target, now, service, GetCounters(service.Name))).ConfigureAwait(false);
            }
            else
            {
                await DirectAnswer.SendPlainAsync(exchange, 404, "404 page not found").ConfigureAwait(false);
            }
        }
        catch (RegexMatchTimeoutException) when (!exchange.HasStarted)
        {
            // Its service cannot be determined, so it gets none.
            await DirectAnswer.SendAsync(exchange, 500, "the request cannot be matched").ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(Visit visit)
    {
        visit.Counters.CountRequest();
        var (isAuthenticated, opens) = Authorize(visit);
        if (!opens)
        {
            await SendChallengeAsync(visit).ConfigureAwait(false);
            return;
        }

        if (visit.Service.RateLimits.Count > 0 && visit.Configuration.TryAdmit(visit.Service, visit.Target.Path, GetLimitKey(visit, isAuthenticated)) is { } wait)
        {
            visit.Counters.CountLimited();
            await DenyAsync(visit.Exchange, wait).ConfigureAwait(false);
            return;
        }

        var receipt = isAuthenticated && visit.Configuration.Config.OffersCharges ? charges.FindReceipt(visit.Exchange.Head.Headers) : null;
        await upstreams.ForwardAsync(visit.Exchange, visit.Target, visit.Service, visit.Counters, receipt).ConfigureAwait(false);
    }

    /// <summary>The client whose requests a limit counts (proxy/ratelimiter.go, ExtractRateLimitKey).</summary>
    private static string GetLimitKey(Visit visit, bool isAuthenticated) =>
        isAuthenticated && PresentedCredential.From(visit.Exchange.Head.Headers) is { } credential && L402Identifier.TryParse(credential.Macaroon.Identifier.Span, out var identifier, out _)
            ? "token:" + identifier.TokenIdHex
            : "ip:" + ClientNetwork.FromAddress(visit.Exchange.Client);

    /// <summary>Whether a credential is valid, and whether the service opens. L402 comes first, and spends no charge (aperture.go, createProxy).</summary>
    private (bool IsAuthenticated, bool Opens) Authorize(Visit visit)
    {
        var auth = IsFree(visit) ? AuthKind.Off : visit.Service.Auth.Kind;
        if (auth == AuthKind.Off)
        {
            return (false, true);
        }

        var credential = visit.Service.AcceptsL402 ? PresentedCredential.From(visit.Exchange.Head.Headers) : null;
        var refusal = verifier.Verify(credential, visit.Service.Name, visit.Configuration.Config.VerifiesInvoices);
        if (refusal is null || (visit.Service.AcceptsCharges && charges.TryAccept(visit.Exchange.Head.Headers, visit.Configuration.Config.VerifiesInvoices)))
        {
            visit.Counters.CountAuthorized();
            return (true, true);
        }

        if (refusal != CredentialRefusal.Missing)
        {
            visit.Counters.CountRefused();
        }

        return (false, auth == AuthKind.Freebie && visit.Configuration.TryTakeFreebie(visit.Service, ClientNetwork.FromAddress(visit.Exchange.Client)));
    }

    private static bool IsFree(Visit visit)
    {
        foreach (var path in visit.Service.FreePaths)
        {
            if (path.IsMatch(visit.Target.Path))
            {
                return true;
            }
        }

        return false;
    }

    private async Task SendChallengeAsync(Visit visit)
    {
        var headers = CorsHeaders.AddTo(new HeaderLines());
        if (visit.Service.Auth.Kind == AuthKind.On && IsPathWithoutInvoice(visit))
        {
            await DirectAnswer.SendAsync(visit.Exchange, 401, "unauthorized", headers).ConfigureAwait(false);
            return;
        }

        // No caveat can name a service without a name (l402/service.go), and it is sold for a charge only.
        var config = visit.Configuration.Config;
        var sellsCredentials = visit.Service.Name.Length > 0;
        if (!sellsCredentials && !config.OffersCharges)
        {
            await DirectAnswer.SendAsync(visit.Exchange, 500, "challenge failure").ConfigureAwait(false);
            return;
        }

        visit.Counters.CountChallenge();
        headers.Set("Cache-Control", "no-store");
        if (sellsCredentials)
        {
            // LSAT first: older clients only read the first line (auth/authenticator.go).
            var challenge = minter.Mint(visit.Service, config.Network);
            headers.Add("WWW-Authenticate", "LSAT " + challenge).Add("WWW-Authenticate", "L402 " + challenge);
        }

        if (config.OffersCharges)
        {
            // Every scheme is offered, even if the service does not accept it.
            headers.Add("WWW-Authenticate", charges.Mint(visit.Service, config.Realm ?? realm(), config.Network)).Set("Content-Type", "application/problem+json");
            await visit.Exchange.AnswerAsync(402, headers, PaymentProblem).ConfigureAwait(false);
            return;
        }

        await DirectAnswer.SendAsync(visit.Exchange, 402, "payment required", headers).ConfigureAwait(false);
    }

    private static bool IsPathWithoutInvoice(Visit visit)
    {
        foreach (var path in visit.Service.PathsWithoutInvoice)
        {
            if (path.IsMatch(visit.Target.Path))
            {
                return true;
            }
        }

        return false;
    }

    private static Task DenyAsync(HttpExchange exchange, TimeSpan wait)
    {
        var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds));
        var headers = CorsHeaders.AddTo(new HeaderLines()).Set("Retry-After", seconds.ToString("F0", CultureInfo.InvariantCulture));
        return DirectAnswer.SendAsync(exchange, 429, "rate limit exceeded", headers, DirectAnswer.ResourceExhausted);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>A request with its service.</summary>
    private sealed record Visit(HttpExchange Exchange, RequestTarget Target, LoopbackLiveConfiguration Configuration, LoopbackService Service, ServiceCounters Counters);
}

/// <summary>Answers of the gateway itself, in the form of Go's http.Error.</summary>
internal static class DirectAnswer
{
    /// <summary>The gRPC status for too many requests.</summary>
    public const int ResourceExhausted = 8;

    private const int Internal = 13;

    /// <summary>The media type of gRPC.</summary>
    public const string Grpc = "application/grpc";

    /// <summary>Whether the client uses gRPC.</summary>
    public static bool IsGrpc(HttpExchange exchange) => exchange.Head.Headers.Find("Content-Type")?.StartsWith(Grpc, StringComparison.Ordinal) == true;

    /// <summary>A line of text; for a gRPC client 200 with the text as its message (proxy/proxy.go, sendDirectResponse).</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="grpcStatus">The status of gRPC.</param>
    /// <param name="isTyped">Whether an answer of gRPC has its media type, which Aperture sets after the block list and the preflight.</param>
    public static Task SendAsync(HttpExchange exchange, int status, string text, HeaderLines? headers = null, int grpcStatus = Internal, bool isTyped = true)
    {
        if (!IsGrpc(exchange))
        {
            return SendPlainAsync(exchange, status, text, headers);
        }

        headers ??= new HeaderLines();
        headers = (isTyped ? headers.Set("Content-Type", Grpc) : headers).Set("Grpc-Status", grpcStatus.ToString(CultureInfo.InvariantCulture)).Set("Grpc-Message", text);
        return exchange.AnswerAsync(200, headers, Array.Empty<byte>());
    }

    /// <summary>A line of text, for any client.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="headers">Further headers.</param>
    public static Task SendPlainAsync(HttpExchange exchange, int status, string text, HeaderLines? headers = null)
    {
        headers = (headers ?? new HeaderLines()).Set("Content-Type", "text/plain; charset=utf-8").Set("X-Content-Type-Options", "nosniff");
        return exchange.AnswerAsync(status, headers, Encoding.UTF8.GetBytes(text + "\n"));
    }
}

/// <summary>Headers that let a browser's script read an answer (Aperture proxy/proxy.go, addCorsHeaders). Lists keep the upstream's entries.</summary>
internal static class CorsHeaders
{
    private static readonly (string Field, string[] Entries)[] Lists =
    [
        ("Access-Control-Allow-Methods", ["GET", "POST", "OPTIONS"]),
        ("Access-Control-Expose-Headers", ["WWW-Authenticate", "Payment-Receipt"]),
        ("Access-Control-Allow-Headers", ["Content-Type", "Authorization", "Grpc-Metadata-macaroon", "WWW-Authenticate", "Payment-Receipt"]),
    ];

    /// <summary>Adds them.</summary>
    public static HeaderLines AddTo(HeaderLines headers)
    {
        headers.Set("Access-Control-Allow-Origin", "*");
        foreach (var (field, entries) in Lists)
        {
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            headers.Set(field, string.Join(", ", headers.Members(field).ToArray().Concat(entries).Where(seen.Add)));
        }

        return headers;
    }
}
