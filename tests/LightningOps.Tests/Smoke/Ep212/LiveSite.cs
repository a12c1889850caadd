using System;
using System.Collections.Generic;
using System.Globalization;
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
        Lnd = new LoopbackServer(AnswerAsLndAsync);
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

    /// <summary>The gateway's wallet behind LND's REST API (lnd.jsonl).</summary>
    public LoopbackServer Lnd { get; }

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

    /// <summary>Runs a smoke whose wallet is an LND node on loopback.</summary>
    public async Task<T> RunWithLndAsync<T>(SmokeName name) => (T)await SmokeCatalog.Get(name).RunAsync(
        Request() with
        {
            Payer = PayerReference.Parse("lnd:" + Lnd.Url),
            PayerSettings = new PayerSettings { Environment = OperatorEnvironment.From(variables), Macaroon = OperatorSecret.From("0201036c6e64") },
            WalletPlace = new Uri(Lnd.Url).Authority,
        },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        await Lnd.DisposeAsync();
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

    private async Task<Reply> AnswerAsLndAsync(RecordedRequest request)
    {
        if (request.Target == "/v1/getinfo")
        {
            return Reply.Json("{\"identity_pubkey\":\"02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce\",\"chains\":[{\"chain\":\"bitcoin\",\"network\":\"regtest\"}]}");
        }

        if (request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal))
        {
            return Reply.Json("{\"error\":{\"code\":5,\"message\":\"payment isn't initiated\",\"details\":[]}}", 404);
        }

        if (request.Target != "/v2/router/send")
        {
            return Reply.Json("{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", 500);
        }

        using var body = JsonDocument.Parse(request.Body);
        var invoice = body.RootElement.GetProperty("payment_request").GetString()!;
        var result = await Wallet.PayAsync(new InvoicePayment { RequestId = "lnd", Invoice = invoice, MaxAmount = new Msats(1_000_000), Host = "h" }, CancellationToken.None);
        return result.State == PaymentState.Paid
            ? Reply.Json(JsonSerializer.Serialize(new { result = new { status = "SUCCEEDED", payment_preimage = result.Preimage!.Reveal(), value_msat = result.Amount!.Value.Value.ToString(CultureInfo.InvariantCulture), fee_msat = "0", payment_index = "3" } }) + "\n")
            : Reply.Json("{\"error\":{\"code\":2,\"message\":\"no\",\"details\":[]}}", 500);
    }

    private static Reply Error(int status, string code) => Reply.Json("{\"ok\":false,\"error\":{\"code\":\"" + code + "\",\"message\":\"no\"}}", status);
}
