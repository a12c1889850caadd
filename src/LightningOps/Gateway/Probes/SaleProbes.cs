using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Http;
using LightningOps.Settings;

namespace LightningOps.Gateway.Probes;

/// <summary>The challenge and the proxy check of an Aperture. The price must be the rule's, and a paid request must pass.</summary>
internal sealed class SaleProbes
{
    private const int BadGateway = 502;
    private readonly SaleProbeOptions options;
    private readonly GatewayHttp http;
    private readonly GatewayProbes probes;
    private readonly Uri? baseUrl;

    public SaleProbes(SaleProbeOptions options, GatewayHttp http, bool allowInsecure)
    {
        this.options = options;
        this.http = http;
        probes = new GatewayProbes(http);
        baseUrl = options.BaseUrl is null ? null : HttpAddress.Check("ChallengeUrl", options.BaseUrl, allowInsecure);
    }

    /// <summary>Whether there is an address for requests.</summary>
    public bool CanAsk => baseUrl is not null;

    /// <inheritdoc cref="IRouteProbes.AskClosedAsync"/>
    public async Task<ProbeResult> AskClosedAsync(string host, string path, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendOnceAsync(Request(host, path), cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == BadGateway
                ? ProbeResult.Passed(BadGateway)
                : ProbeResult.Failed(System.FormattableString.Invariant($"status_{answer.StatusCode}"), answer.StatusCode);
        }
        catch (GatewayException failure)
        {
            return ProbeResult.Skipped(failure.Reason);
        }
    }

    public async Task<ProbeResult> ChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken)
    {
        if (ReasonToSkip(route) is { } reason)
        {
            return ProbeResult.Skipped(reason);
        }

        var (result, answer) = await probes.ForChallengeAsync(Request(route!), cancellationToken).ConfigureAwait(false);
        return result.Outcome == ProbeOutcome.Passed ? Read(route!, answer!) with { Address = result.Address } : result;
    }

    /// <summary>The price of a service in a challenge; null when it gives none, or it cannot be read.</summary>
    public async Task<AskedPrice?> AskPriceAsync(GatewayService service, string host, string path, CancellationToken cancellationToken)
    {
        var (result, answer) = await probes.ForChallengeAsync(Request(host, path), cancellationToken).ConfigureAwait(false);
        if (result.Outcome != ProbeOutcome.Passed || ProbeChallengeReader.Read(answer!.Challenges).Amount is not { } amount)
        {
            return null;
        }

        // With a price server the token names the path after the service.
        var names = ProbeChallengeReader.ReadServices(answer.Challenges);
        return names.Any(name => name.StartsWith(service.Name + "/", StringComparison.Ordinal)) ? new AskedPrice(amount, IsDynamic: true)
            : names.Contains(service.Name) ? new AskedPrice(amount, IsDynamic: false)
            : null;
    }

    public async Task<ProbeResult> ProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken)
    {
        if (ReasonToSkip(route) is { } reason)
        {
            return ProbeResult.Skipped(reason);
        }

        if (options.Payer is not { } payer)
        {
            return ProbeResult.Skipped(ProbeReasons.NoPayer);
        }

        if (challenge.Challenge is null)
        {
            return ProbeResult.Failed(ProbeReasons.NoChallenge);
        }

        try
        {
            var authorization = await payer.BuyAsync(challenge.Challenge, route!, cancellationToken).ConfigureAwait(false);
            return await probes.ForSuccessAsync(GatewayProbes.Authorized(Request(route!), authorization), cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException e)
        {
            return ProbeResult.Failed("not_paid:" + e.Message) with { Address = Request(route!).Address.GetLeftPart(UriPartial.Path) };
        }
    }

    private string? ReasonToSkip(ProbeRoute? route) =>
        ProbeReasons.ForRoute(route) ?? (baseUrl is null ? ProbeReasons.NoProbeAddress : null);

    private static ProbeResult Read(ProbeRoute route, GatewayAnswer answer)
    {
        var reading = ProbeChallengeReader.Read(answer.Challenges);
        if (reading.Amount is not { } asked)
        {
            return ProbeResult.Failed("invalid_challenge:" + reading.Fault, answer.StatusCode);
        }

        // Aperture charges 1 satoshi for a price of 0.
        var price = new Msats(Math.Max(1, route.Rule.PriceSats) * Msats.PerSatoshi);
        return asked == price
            ? ProbeResult.Passed(answer.StatusCode) with { Challenge = string.Join(", ", answer.Challenges.ToArray()) }
            : ProbeResult.Failed("wrong_amount:" + asked + " msats instead of " + price, answer.StatusCode);
    }

    private GatewayRequest Request(ProbeRoute route) => Request(route.Host, route.Path);

    private GatewayRequest Request(string host, string path) => new(HttpMethod.Get, new Uri(baseUrl!, EscapedPath(path))) { Host = host };

    // The path is the decoded one that Aperture matches, so its segments are escaped again.
    private static string EscapedPath(string path) => string.Join("/", path.Split('/').Select(Uri.EscapeDataString));
}

/// <summary>Options of the challenge and proxy checks, which use the listener of an Aperture like its buyers.</summary>
internal sealed record SaleProbeOptions
{
    /// <summary>Base URL of Aperture's listener; the Host header is the probe route's. https, or http to a loopback address. Null skips both checks.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Pays for the proxy check; null skips that check.</summary>
    public IProbePayer? Payer { get; init; }
}

/// <summary>Buys at the probe route, for a proxy check that is not skipped.</summary>
public interface IProbePayer
{
    /// <summary>Pays the challenge.</summary>
    /// <param name="challenge">Value of WWW-Authenticate; its amount was checked against the rule's price.</param>
    /// <param name="route">The route.</param>
    /// <param name="cancellationToken">Ends the wait; a payment under way may still settle.</param>
    /// <returns>The Authorization header to send.</returns>
    /// <exception cref="LightningOpsException">It was not paid, or not provably.</exception>
    Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken);
}
