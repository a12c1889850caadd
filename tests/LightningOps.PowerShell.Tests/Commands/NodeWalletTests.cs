using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>
/// The checks of a gateway, a smoke and a registration paid by Core Lightning and phoenixd: nodes on loopback that settle the
/// simulated invoices of the gateway through its wallet port.
/// </summary>
public sealed class NodeWalletTests : IAsyncDisposable
{
    private const string Secret = "tU-RLjMiDpY2U0o3W1oFowar36RFGpWl";
    private const string Identity = "02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce";
    private const string Paywalls = "Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db 2>$null | Out-Null; ";
    private const string Services = """
        services:
          - {name: a, hostregexp: '^127\.0\.0\.1', pathregexp: '^/a$', address: '127.0.0.1:1', protocol: http, price: 70}
        """;

    private const string Local = " -Mode Local -StorePath s.db ";

    private readonly ModuleSession session = new();
    private readonly HttpClient http = new();
    private readonly ConcurrentDictionary<string, string> paid = new();
    private readonly LoopbackServer node;
    private readonly LoopbackServer other;
    private string walletUrl;
    private string walletToken;

    public NodeWalletTests()
    {
        node = new LoopbackServer(AnswerAsync);
        other = new LoopbackServer(AnswerAsync);
        session.Run("$g = Start-L402TestGateway -WalletPort 0 -PassThru 6>$null; Set-Content secret.txt $k -NoNewline; $secret = ConvertTo-SecureString $k -AsPlainText -Force", ("k", Secret));
        walletUrl = session.Run("$g.WalletUrl").Text();
        walletToken = session.Run("$g.GetWalletToken()").Text();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(session.Folder.File("secret.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Unregister-L402Gateway nodewallet 2>$null; Stop-L402TestGateway -All");
        session.Dispose();
        http.Dispose();
        await node.DisposeAsync();
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData("cln", "-WalletSecretPath secret.txt")]
    [InlineData("cln", "-WalletSecret $secret")]
    [InlineData("phoenixd", "-WalletSecretPath secret.txt")]
    [InlineData("phoenixd", "-WalletSecret $secret")]
    public void The_check_of_a_roll_out_is_paid_by_the_node_that_is_named(string kind, string secret)
    {
        var outcome = Run(Paywalls + "Sync-ApertureConfig -Force -Verbose" + Local + "-Gateway loopback -Payer $p " + secret + " -CredentialStorePath c.db", kind);

        Assert.Equal("Paid " + kind, Run("Get-L402Credential -CredentialStorePath c.db | ForEach-Object { \"$($_.State) $($_.Payer.Split(' ')[0])\" }", kind).Text());
        Assert.Single(paid);
        Assert.DoesNotContain(Secret, string.Join('\n', outcome.Verbose.Concat(outcome.Warnings).Concat(outcome.Errors.Select(static error => error.ToString()))) + session.Show("Get-L402Purchase -CredentialStorePath c.db | Format-List *"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cln")]
    [InlineData("phoenixd")]
    public void The_chain_of_a_buyer_ends_with_a_purchase_by_the_node(string kind)
    {
        Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway loopback", kind);

        Run("Test-L402Gateway" + Local + "-Gateway loopback -Payer $p -WalletSecretPath secret.txt -MaxSpendMsats 100000000 -CredentialStorePath c.db", kind);

        Assert.Single(paid);
        Assert.Equal("Paid " + kind, Run("Get-L402Credential -CredentialStorePath c.db | ForEach-Object { \"$($_.State) $($_.Payer.Split(' ')[0])\" }", kind).Text());
    }

    [Theory]
    [InlineData("cln")]
    [InlineData("phoenixd")]
    public void A_wallet_is_checked_without_a_payment(string kind)
    {
        Assert.Equal("True " + Identity, Run("Test-L402Payer $p -WalletSecret $secret | ForEach-Object { \"$($_.Ok) $($_.Node)\" }", kind).Text());
        Assert.Empty(paid);
    }

    [Theory]
    [InlineData("cln")]
    [InlineData("phoenixd")]
    public void A_live_smoke_is_paid_by_the_node(string kind)
    {
        session.Run("Set-Content aperture.yaml $y; $s = Start-L402TestGateway aperture.yaml -Upstream http://127.0.0.1:1 -WalletPort 0 -PassThru 6>$null", ("y", Services));
        walletUrl = session.Run("$s.WalletUrl").Text();
        walletToken = session.Run("$s.GetWalletToken()").Text();
        Run("$u = $s.Url + '/a'; Set-Content live.env \"OA_LIGHTNING_OPS_EP212_ROUTE_A_URL=$u`nOA_LIGHTNING_OPS_EP212_ROUTE_B_URL=$u`nOA_LIGHTNING_OPS_EP212_SATS4AI_URL=$u\"; Connect-LightningOps -EnvironmentFile live.env", kind);

        Run("Invoke-L402Smoke Ep212Routes -Mode Live -Payer $p -WalletSecretPath secret.txt -CredentialStorePath c.db", kind);

        // The shop's upstream does not exist, but the request was paid.
        Assert.NotEmpty(paid);
        Assert.Contains(node.Requests, static request => request.Target is "/v1/pay" or "/payinvoice");
    }

    [Fact]
    public void A_registered_wallet_pays_and_its_secret_is_sent_nowhere_else_without_consent()
    {
        Assert.Empty(Run("Register-L402Gateway nodewallet loopback -Payer $p -WalletSecretPath secret.txt", "cln").Errors);
        Run(Paywalls + "Sync-ApertureConfig -Force" + Local + "-Gateway nodewallet -CredentialStorePath c.db", "cln");
        Assert.Equal("Paid cln", Run("Get-L402Credential -CredentialStorePath c.db | ForEach-Object { \"$($_.State) $($_.Payer.Split(' ')[0])\" }", "cln").Text());
        Assert.Equal(session.Folder.File("secret.txt"), Run("(Get-L402Gateway nodewallet).WalletSecretPath", "cln").Text());

        Run("Set-L402Gateway nodewallet -Payer cln:" + other.Url, "cln");
        Run("Sync-ApertureConfig -Confirm:$false" + Local + "-Gateway nodewallet -CredentialStorePath c.db", "cln").Error("GatewaySecretMoved");
        Assert.Empty(other.Requests);

        Assert.Equal("Payer", session.Run("Set-L402Gateway nodewallet -Payer cln:https://user:password@node.example.com").Error("ConfigError").TargetObject);
        Assert.Equal("WalletSecretPath", session.Run("Set-L402Gateway nodewallet -Payer $null").Error("ConfigError").TargetObject);
    }

    [UnixFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_secret_that_others_may_read_is_not_registered()
    {
        File.SetUnixFileMode(session.Folder.File("secret.txt"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("mode 0404", Run("Register-L402Gateway nodewallet loopback -Payer $p -WalletSecretPath secret.txt", "phoenixd").Error("FileNotTrusted").Exception.Message, StringComparison.Ordinal);
    }

    private PipelineOutcome Run(string script, string kind) => session.Run(script, ("p", kind + ":" + node.Url));

    private async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        if (request.Headers.GetValueOrDefault("rune") != Secret && request.Headers.GetValueOrDefault("authorization") != "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(":" + Secret)))
        {
            return Reply.Status(401);
        }

        const string ByHash = "/payments/outgoingbyhash/";
        switch (request.Target)
        {
            case "/v1/getinfo":
                return Json(new { id = Identity, network = "regtest" }, 201);
            case "/getinfo":
                return Json(new { nodeId = Identity, chain = "regtest" });
            case "/v1/pay":
                return Json(Describe(await PayAsync(JsonDocument.Parse(request.Body).RootElement.GetProperty("bolt11").GetString()!), "payment_preimage"), 201);
            case "/payinvoice":
                var preimage = await PayAsync(WebUtility.UrlDecode(request.Body["invoice=".Length..]));
                return Json(new { paymentId = "pay-1", paymentHash = Hash(preimage), paymentPreimage = preimage, routingFeeSat = 0 });
            case "/v1/listpays":
                return Json(new { pays = paid.TryGetValue(JsonDocument.Parse(request.Body).RootElement.GetProperty("payment_hash").GetString()!, out var known) ? new[] { Describe(known, "preimage") } : [] }, 201);
            case var target when target.StartsWith(ByHash, StringComparison.Ordinal) && paid.TryGetValue(target[ByHash.Length..], out var found):
                return Json(new { paymentId = "pay-1", paymentHash = Hash(found), preimage = found, isPaid = true, fees = 0, completedAt = 1_736_000_000_000 });
            default:
                return Reply.Status(404);
        }
    }

    private static object Describe(string preimage, string name) =>
        new Dictionary<string, object> { ["payment_hash"] = Hash(preimage), ["status"] = "complete", ["created_at"] = 1_736_000_000, [name] = preimage };

    private async Task<string> PayAsync(string invoice)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, walletUrl.TrimEnd('/') + "/pay-bolt11")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { requestId = "node", payment = new { invoice, maxAmountMsats = 1_000_000_000L, host = "node" } }), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", walletToken);
        request.Headers.Add("x-request-id", "node");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.SendAsync(request);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var preimage = document.RootElement.GetProperty("result").GetProperty("payment").GetProperty("preimageHex").GetString()!;
        paid[Hash(preimage)] = preimage;
        return preimage;
    }

    private static string Hash(string preimage) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(preimage)));

    private static Reply Json(object body, int status = 200) => Reply.Json(JsonSerializer.Serialize(body), status);
}
