using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Smoke.Ep212;

/// <summary>The mock shop in memory, at whatever address it is asked.</summary>
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
