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

/// <summary>Answers requests in the order Aperture does (proxy/proxy.go, ServeHTTP): blocked, preflight, match, credential, limit, upstream.</summary>
internal sealed class GatewayRequests
{
    private const string AdminPath = "/api/admin/";
    private readonly ChallengeMinter minter;
    private readonly CredentialVerifier verifier;
    private readonly UpstreamProxy upstreams;
    private readonly Func<LoopbackLiveConfiguration> live;
    private readonly ConcurrentDictionary<string, ServiceCounters> counters = new(StringComparer.Ordinal);

    public GatewayRequests(ChallengeMinter minter, CredentialVerifier verifier, UpstreamProxy upstreams, Func<LoopbackLiveConfiguration> served)
    {
        this.minter = minter;
        this.verifier = verifier;
        this.upstreams = upstreams;
        this.live = served;
    }

    /// <summary>Counts of a service, by name: they go on when its configuration changes.</summary>
    public ServiceCounters GetCounters(string service) => counters.GetOrAdd(service, static _ => new ServiceCounters());

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpExchange exchange)
    {
        var now = live();
        if (now.Config.Blocked.Contains(Plain(exchange.Client)))
        {
            await DirectAnswer.SendAsync(exchange, 403, "access denied", CorsHeaders.AddTo(new HeaderLines())).ConfigureAwait(false);
        }
        else if (exchange.Head.Method == "OPTIONS")
        {
            await DirectAnswer.SendAsync(exchange, 200, string.Empty, CorsHeaders.AddTo(new HeaderLines())).ConfigureAwait(false);
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
                // Aperture's own, which no service gets: and here there is none.
                await DirectAnswer.SendAsync(exchange, 404, "the admin API is not served").ConfigureAwait(false);
            }
            else if (now.Find(target) is { } service)
            {
                await AnswerAsync(new Visit(exchange, target, now, service, GetCounters(service.Name))).ConfigureAwait(false);
            }
            else
            {
                await DirectAnswer.SendAsync(exchange, 404, "404 page not found").ConfigureAwait(false);
            }
        }
        catch (RegexMatchTimeoutException) when (!exchange.HasStarted)
        {
            // Which service it is for cannot be told: it gets none.
            await DirectAnswer.SendAsync(exchange, 500, "the request cannot be matched").ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(Visit visit)
    {
        visit.Counters.CountRequest();
        var (credential, opens) = Authorize(visit);
        if (!opens)
        {
            await SendChallengeAsync(visit).ConfigureAwait(false);
            return;
        }

        var network = ClientNetwork.FromAddress(visit.Exchange.Client);
        var key = credential is null ? "ip:" + network : "token:" + L402Identifier.Parse(credential.Macaroon.Identifier.Span).TokenIdHex;
        if (visit.Configuration.TryAdmit(visit.Service, visit.Target.Path, key) is { } wait)
        {
            visit.Counters.CountLimited();
            await DenyAsync(visit.Exchange, wait).ConfigureAwait(false);
            return;
        }

        await upstreams.ForwardAsync(visit.Exchange, visit.Target, visit.Service, visit.Counters).ConfigureAwait(false);
    }

    /// <summary>Whether the service opens, and with which credential; with none where it is free.</summary>
    private (PresentedCredential? Credential, bool Opens) Authorize(Visit visit)
    {
        var auth = IsFree(visit) ? AuthKind.Off : visit.Service.Auth.Kind;
        if (auth == AuthKind.Off)
        {
            return (null, true);
        }

        var credential = PresentedCredential.From(visit.Exchange.Head.Headers);
        var refusal = verifier.Verify(credential, visit.Service.Name, visit.Configuration.Config.VerifiesInvoices);
        if (refusal is null)
        {
            visit.Counters.CountAuthorized();
            return (credential, true);
        }

        if (refusal != CredentialRefusal.Missing)
        {
            visit.Counters.CountRefused();
        }

        return (null, auth == AuthKind.Freebie && visit.Configuration.TryTakeFreebie(visit.Service, ClientNetwork.FromAddress(visit.Exchange.Client)));
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

        visit.Counters.CountChallenge();
        var challenge = minter.Mint(visit.Service);

        // LSAT first: older clients look at the first line alone (auth/authenticator.go).
        headers.Add("WWW-Authenticate", "LSAT " + challenge).Add("WWW-Authenticate", "L402 " + challenge).Set("Cache-Control", "no-store");
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
        return DirectAnswer.SendAsync(exchange, 429, "rate limit exceeded", headers);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>A request at the service it is for.</summary>
    private sealed record Visit(HttpExchange Exchange, RequestTarget Target, LoopbackLiveConfiguration Configuration, LoopbackService Service, ServiceCounters Counters);
}

/// <summary>Answers that come from the gateway itself, as Go's http.Error writes them.</summary>
internal static class DirectAnswer
{
    /// <summary>A line of text.</summary>
    /// <param name="exchange">What is answered.</param>
    /// <param name="status">The status.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="headers">Further headers.</param>
    public static Task SendAsync(HttpExchange exchange, int status, string text, HeaderLines? headers = null)
    {
        headers = (headers ?? new HeaderLines()).Set("Content-Type", "text/plain; charset=utf-8").Set("X-Content-Type-Options", "nosniff");
        return exchange.AnswerAsync(status, headers, Encoding.UTF8.GetBytes(text + "\n"));
    }
}

/// <summary>What lets a browser's script read an answer (Aperture proxy/proxy.go, addCorsHeaders): lists keep what the upstream has put there.</summary>
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
