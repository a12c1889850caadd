using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.Buyer;

/// <summary>A seller reached without a network.</summary>
internal sealed class SellerHandler(Seller seller) : HttpMessageHandler
{
    /// <summary>What happens before a request arrives; null for nothing.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task>? Before { get; set; }

    /// <summary>What becomes of an answer; null for nothing.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage, CancellationToken, Task>? After { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await (Before?.Invoke(request, cancellationToken) ?? Task.CompletedTask);
        var authorization = request.Headers.TryGetValues("Authorization", out var values) ? values.Single() : null;
        var (status, body, header) = seller.Answer(authorization);
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body), RequestMessage = request };
        if (header is { } challenge)
        {
            response.Headers.TryAddWithoutValidation(challenge.Key, challenge.Value);
        }

        await (After?.Invoke(request, response, cancellationToken) ?? Task.CompletedTask);
        return response;
    }
}
