using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;

namespace LightningOps.Gateway.Probes;

/// <summary>Checks over HTTP. Every failure is the result of the check.</summary>
internal sealed class GatewayProbes
{
    private const int PaymentRequired = 402;
    private readonly GatewayHttp http;

    public GatewayProbes(GatewayHttp http) => this.http = http;

    public static GatewayRequest Authorized(GatewayRequest request, string authorization) =>
        request with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = authorization } };

    /// <summary>Passes with any 2xx.</summary>
    public Task<ProbeResult> ForSuccessAsync(GatewayRequest request, CancellationToken cancellationToken) => ForSuccessAsync(request, http.SendAsync, cancellationToken);

    /// <summary>Passes with any 2xx at the first try.</summary>
    public Task<ProbeResult> ForSuccessOnceAsync(GatewayRequest request, CancellationToken cancellationToken) => ForSuccessAsync(request, http.SendOnceAsync, cancellationToken);

    private static async Task<ProbeResult> ForSuccessAsync(GatewayRequest request, Func<GatewayRequest, CancellationToken, Task<GatewayAnswer>> send, CancellationToken cancellationToken)
    {
        var (failure, answer) = await SendAsync(request, send, cancellationToken).ConfigureAwait(false);
        return (failure ?? (answer!.IsSuccess ? ProbeResult.Passed(answer.StatusCode) : Status(answer.StatusCode))) with { Address = request.Address.GetLeftPart(UriPartial.Path) };
    }

    /// <summary>Passes with 402; the caller reads the challenge.</summary>
    public async Task<(ProbeResult Result, GatewayAnswer? Answer)> ForChallengeAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var (failure, answer) = await SendAsync(request, http.SendAsync, cancellationToken).ConfigureAwait(false);
        return ((failure ?? (answer!.StatusCode == PaymentRequired ? ProbeResult.Passed(PaymentRequired) : Status(answer.StatusCode))) with { Address = request.Address.GetLeftPart(UriPartial.Path) }, answer);
    }

    private static ProbeResult Status(int statusCode) =>
        ProbeResult.Failed("status_" + statusCode.ToString(CultureInfo.InvariantCulture), statusCode);

    private static async Task<(ProbeResult? Failure, GatewayAnswer? Answer)> SendAsync(
        GatewayRequest request, Func<GatewayRequest, CancellationToken, Task<GatewayAnswer>> send, CancellationToken cancellationToken)
    {
        try
        {
            return (null, await send(request, cancellationToken).ConfigureAwait(false));
        }
        catch (GatewayException e)
        {
            return (ProbeResult.Failed(e.Reason), null);
        }
    }
}
