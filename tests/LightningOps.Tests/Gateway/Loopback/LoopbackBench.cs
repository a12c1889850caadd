using System;
using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>A gateway on loopback in front of an upstream, and a client that buys from it.</summary>
internal sealed class LoopbackBench : IDisposable
{
    public const string Host = "shop.example.com";

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    public LoopbackBench(string services, Func<LoopbackGatewayOptions, LoopbackGatewayOptions>? change = null)
    {
        Echo = EchoUpstream.Start();
        var options = new LoopbackGatewayOptions { ApertureYaml = services.Replace("UPSTREAM", Echo.Url.Authority, StringComparison.Ordinal), StopTimeout = TimeSpan.FromMilliseconds(200) };
        Gateway = LoopbackGateway.Start(change?.Invoke(options) ?? options);
    }

    public EchoUpstream Echo { get; }

    public LoopbackGateway Gateway { get; }

    /// <summary>One service at a price, with further members.</summary>
    public static string Selling(string name = "shop", string path = "^/a$", string more = "") =>
        "services:\n" + Service(name, path, more);

    public static string Service(string name, string path, string more = "") =>
        $"  - name: {name}\n    hostregexp: '^shop\\.example\\.com(:[0-9]+)?$'\n    pathregexp: '{path}'\n    address: UPSTREAM\n    protocol: http\n"
        + (more.Contains("auth:", StringComparison.Ordinal) ? string.Empty : "    auth: \"on\"\n")
        + (more.Contains("price:", StringComparison.Ordinal) ? string.Empty : "    price: 3\n") + more;

    public async Task<HttpResponseMessage> SendAsync(string path, string? authorization = null, HttpMethod? method = null, HttpContent? content = null, string host = Host)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, Gateway.Url + path) { Content = content };
        request.Headers.Host = host;
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await client.SendAsync(request);
    }

    /// <summary>The challenge of a path.</summary>
    public async Task<L402Challenge> ChallengeAsync(string path = "/a")
    {
        using var answer = await SendAsync(path);
        Xunit.Assert.Equal(402, (int)answer.StatusCode);
        return L402Challenge.Parse(answer.Headers.GetValues("WWW-Authenticate"));
    }

    /// <summary>Pays a challenge.</summary>
    public async Task<PaymentResult> PayAsync(L402Challenge challenge) => await Gateway.Wallet.PayAsync(
        new InvoicePayment { RequestId = "r", Invoice = challenge.Invoice, MaxAmount = 1_000_000, Host = Host }, CancellationToken.None);

    /// <summary>Buys a credential, as the Authorization header to send.</summary>
    public async Task<string> BuyAsync(string path = "/a")
    {
        var challenge = await ChallengeAsync(path);
        var paid = await PayAsync(challenge);
        return L402Authorization.Create(challenge.Macaroon, paid.Preimage!).ToHeaderValue();
    }

    /// <summary>Sends bytes on a connection of its own, closes its sending side, and gives all that comes back.</summary>
    public async Task<string> RawAsync(string sent, bool closes = true)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", Gateway.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(sent));
        if (closes)
        {
            connection.Client.Shutdown(SocketShutdown.Send);
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        Gateway.Dispose();
        Echo.Dispose();
    }
}
