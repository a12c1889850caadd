using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using System.Web;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Loopback;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Peers;

/// <summary>Packages of others, their code unmodified: this client buys from their servers, and their clients buy from a gateway.</summary>
public sealed class NpmPeerTests : IAsyncLifetime
{
    // Some of them know no other prefix of an invoice.
    private readonly SimulatedLightningNode node = new(new SimulatedNodeOptions { Network = Bolt11Network.Mainnet });
    private readonly SimulatedWallet wallet;
    private readonly LoopbackServer invoices;
    private readonly List<Process> started = [];

    public NpmPeerTests()
    {
        wallet = new SimulatedWallet(node);
        invoices = new LoopbackServer(request => Task.FromResult(AnswerInvoices(request)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in started)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }

        await invoices.DisposeAsync();
    }

    [NpmFact]
    public Task It_buys_from_lightning_tools() => BuyFromAsync("alby-server.js");

    [NpmFact]
    public Task It_buys_from_boltwall() => BuyFromAsync("boltwall-server.js");

    [NpmFact]
    public Task It_buys_from_next_l402() => BuyFromAsync("next-l402-server.js");

    [NpmFact]
    public Task Lightning_tools_buys_from_a_gateway() => SellToAsync("alby-buyer.js");

    [NpmFact]
    public Task The_package_l402_buys_from_a_gateway() => SellToAsync("l402-buyer.js");

    [Fact]
    public void The_glue_of_each_peer_is_short() =>
        Assert.All(Directory.GetFiles(NpmFactAttribute.Folder, "*.js"), file => Assert.True(File.ReadAllLines(file).Length <= 50, file));

    private async Task BuyFromAsync(string script)
    {
        var url = await Start(script, []).StandardOutput.ReadLineAsync();
        Assert.StartsWith("http://127.0.0.1:", url, StringComparison.Ordinal);
        using var store = CredentialStore.InMemory(TimeProvider.System);
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, wallet, store);
        var request = new L402Request { Uri = new Uri(url + "/goods") };

        using var bought = await client.SendAsync(request);
        using var again = await client.SendAsync(request);

        Assert.Equal((200, 5000L), (bought.StatusCode, bought.Amount?.Value));
        using var reader = new StreamReader(await bought.OpenBodyAsync());
        Assert.Equal("the goods", await reader.ReadToEndAsync());
        Assert.Equal((200, L402CacheStatus.Hit, 1), (again.StatusCode, again.CacheStatus, wallet.Payments));
    }

    private async Task SellToAsync(string script)
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Json("goods")));
        using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions
        {
            ApertureYaml = "services:\n  - {name: one, hostregexp: '.*', pathregexp: '^/one$', address: '127.0.0.1:1', protocol: http, price: 7}\n",
            Upstream = new Uri(upstream.Url),
            Node = node,
            WalletPort = 0,
        });
        var buyer = Start(script, [gateway.Url + "/one"], ("OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL", gateway.WalletUrl!), ("OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN", gateway.GetWalletToken()!));
        var errors = buyer.StandardError.ReadToEndAsync();

        var said = await buyer.StandardOutput.ReadToEndAsync();

        Assert.True(said.Trim() == "200 goods 200", said + await errors);
        Assert.Equal(1, gateway.Wallet.Payments);
    }

    private Process Start(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = NpmFactAttribute.Folder };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["INVOICES_URL"] = invoices.Url + "/invoices";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        started.Add(process);
        return process;
    }

    // POST /invoices?sats=N makes an invoice of the simulated node, GET /invoices/HASH tells its state.
    private Reply AnswerInvoices(RecordedRequest request)
    {
        var address = new Uri(invoices.Url + request.Target);
        if (request.Method == "POST")
        {
            var made = node.AddInvoice(new Msats(long.Parse(HttpUtility.ParseQueryString(address.Query)["sats"]!, System.Globalization.CultureInfo.InvariantCulture) * 1000), "goods");
            return Reply.Json(JsonSerializer.Serialize(new { paymentHash = made.PaymentHash, paymentRequest = made.PaymentRequest }));
        }

        var hash = PaymentHash.Parse(address.Segments[^1]);
        var invoice = node.Invoices.Single(one => one.Hash == hash);
        return Reply.Json(JsonSerializer.Serialize(new { paymentRequest = invoice.PaymentRequest, sats = invoice.Amount / 1000, isSettled = node.IsSettled(hash) }));
    }
}
