using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Smoke.Ep212;

/// <summary>Sellers and a wallet executor on loopback, for the live mode: servers it knows nothing of but their addresses.</summary>
internal sealed class LiveSite : IAsyncDisposable
{
    public const string Token = "live-executor-token";

    private const string Services = """
        services:
          - {name: a, hostregexp: '^127\.0\.0\.1', pathregexp: '^/a$', address: '127.0.0.1:1', protocol: http, price: 70}
          - {name: b, hostregexp: '^127\.0\.0\.1', pathregexp: '^/b$', address: '127.0.0.1:1', protocol: http, price: 250}
          - {name: s, hostregexp: '^127\.0\.0\.1', pathregexp: '^/s$', address: '127.0.0.1:1', protocol: http, price: 70}
        """;

    private readonly EchoUpstream upstream = EchoUpstream.Start();
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> variables;

    public LiveSite()
    {
        Gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Services, Upstream = upstream.Url });
        Executor = new LoopbackServer(PayAsync);
        variables = new(StringComparer.Ordinal)
        {
            [EnvironmentVariables.WalletExecutorBaseUrl] = Executor.Url,
            [EnvironmentVariables.WalletExecutorAuthToken] = Token,
            [EnvironmentVariables.CredentialStore] = folder.File("credentials.db"),
            [EnvironmentVariables.Ep212RouteAUrl] = Gateway.Url + "/a",
            [EnvironmentVariables.Ep212RouteBUrl] = Gateway.Url + "/b",
            [EnvironmentVariables.Ep212Sats4AiUrl] = Gateway.Url + "/s",
        };
    }

    public LoopbackGateway Gateway { get; }

    public LoopbackServer Executor { get; }

    public SimulatedWallet Wallet => Gateway.Wallet;

    /// <summary>Where what was paid for comes from.</summary>
    public string UpstreamHost => upstream.Url.Authority;

    public string Directory => folder.File("artifacts");

    /// <summary>Changes a setting; null takes it away.</summary>
    public LiveSite With(string variable, string? value)
    {
        variables.Remove(variable);
        if (value is not null)
        {
            variables[variable] = value;
        }

        return this;
    }

    public SmokeRequest Request() => new()
    {
        Mode = SmokeMode.Live,
        Environment = OperatorEnvironment.From(variables),
        WorkingDirectory = folder.Path,
        ArtifactDirectory = Directory,
    };

    public async Task<T> RunAsync<T>(SmokeName name) => (T)await SmokeCatalog.Get(name).RunAsync(Request(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        Gateway.Dispose();
        upstream.Dispose();
        folder.Dispose();
    }

    private async Task<Reply> PayAsync(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        var asked = body.RootElement.GetProperty("payment");
        var result = await Wallet.PayAsync(
            new InvoicePayment
            {
                RequestId = request.Headers["x-request-id"],
                Invoice = asked.GetProperty("invoice").GetString()!,
                MaxAmount = new Msats(asked.GetProperty("maxAmountMsats").GetInt64()),
                Host = asked.GetProperty("host").GetString()!,
            },
            CancellationToken.None);
        return result.State switch
        {
            PaymentState.Paid => Reply.Json(JsonSerializer.Serialize(new
            {
                ok = true,
                requestId = request.Headers["x-request-id"],
                result = new { payment = new { paymentId = "exec_" + Wallet.Payments, amountMsats = result.Amount!.Value.Value, preimageHex = result.Preimage!.Reveal(), paidAtMs = 1 } },
            })),
            PaymentState.Pending => Error(504, "payment_pending"),
            _ => Error(403, "request_cap_exceeded"),
        };
    }

    private static Reply Error(int status, string code) => Reply.Json("{\"ok\":false,\"error\":{\"code\":\"" + code + "\",\"message\":\"no\"}}", status);
}
