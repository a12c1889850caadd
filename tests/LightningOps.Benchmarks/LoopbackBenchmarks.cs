using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using LightningOps.Gateway.Loopback;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Benchmarks;

/// <summary>
/// Requests to a loopback gateway, with client and upstream in the same process: with a bought credential, through to
/// the upstream; without one, answered with a challenge; and directly to the upstream, for comparison. The time is
/// per request, with several in flight.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 4, iterationCount: 7)]
public class LoopbackBenchmarks
{
    private const int Requests = 20_000;
    private const string Host = "shop.example.com";

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private EchoUpstream upstream = null!;
    private LoopbackGateway gateway = null!;
    private string authorization = string.Empty;

    /// <summary>Requests under way at once, each on a connection of its own.</summary>
    [Params(1, 64)]
    public int AtOnce { get; set; }

    /// <summary>Starts gateway and upstream, and buys.</summary>
    [GlobalSetup]
    public async Task Start()
    {
        upstream = EchoUpstream.Start();
        gateway = LoopbackGateway.Start(new LoopbackGatewayOptions
        {
            ApertureYaml = "services:\n  - name: shop\n    hostregexp: '^shop\\.example\\.com(:[0-9]+)?$'\n    pathregexp: '^/premium$'\n    address: " + upstream.Url.Authority + "\n    protocol: http\n    auth: \"on\"\n    price: 3\n    timeout: 86400\n",
        });
        using var answer = await SendAsync(gateway.Url, null);
        var challenge = L402Challenge.Parse(answer.Headers.GetValues("WWW-Authenticate"));
        var paid = await gateway.Wallet.PayAsync(new InvoicePayment { RequestId = "benchmark", Invoice = challenge.Invoice, MaxAmount = 3000, Host = Host }, CancellationToken.None);
        authorization = L402Authorization.Create(challenge.Macaroon, paid.Preimage!).ToHeaderValue();
    }

    /// <summary>Stops them.</summary>
    [GlobalCleanup]
    public void Stop()
    {
        gateway.Dispose();
        upstream.Dispose();
        client.Dispose();
    }

    /// <summary>The upstream without a gateway.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public Task Straight() => RunAsync(upstream.Url.OriginalString, null, 200);

    /// <summary>A paid request: macaroon, preimage and caveats verified, passed on and back.</summary>
    [Benchmark(OperationsPerInvoke = Requests)]
    public Task Paid() => RunAsync(gateway.Url, authorization, 200);

    /// <summary>An unpaid request: invoice and macaroon made.</summary>
    [Benchmark(OperationsPerInvoke = Requests)]
    public Task Challenged() => RunAsync(gateway.Url, null, 402);

    private async Task RunAsync(string url, string? credential, int expected)
    {
        var left = Requests;
        var workers = new Task[AtOnce];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    using var answer = await SendAsync(url, credential);
                    if ((int)answer.StatusCode != expected)
                    {
                        throw new InvalidOperationException("status " + (int)answer.StatusCode);
                    }
                }
            });
        }

        await Task.WhenAll(workers);
    }

    private async Task<HttpResponseMessage> SendAsync(string url, string? credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "/premium");
        request.Headers.Host = Host;
        if (credential is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", credential);
        }

        return await client.SendAsync(request);
    }
}
