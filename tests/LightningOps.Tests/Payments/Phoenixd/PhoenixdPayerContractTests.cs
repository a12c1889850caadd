using System;
using System.IO;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Phoenixd;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Payments.Phoenixd;

public sealed class PhoenixdPayerContractTests : RemotePayerContract
{
    private readonly PhoenixdPeer peer;

    public PhoenixdPayerContractTests() => peer = new PhoenixdPeer(Node);

    protected override string Name => "phoenixd";

    protected override string RefusedCode => "payment_failed";

    protected override string Secret => PhoenixdPeer.Password;

    [Fact]
    public async Task The_fee_is_the_records_to_the_millisatoshi_and_set_aside_before()
    {
        var result = await Payer.PayAsync(Node.Sell(), None);

        Assert.Equal((21L, 70_000L, PhoenixdPeer.Identity), (result.Fee!.Value.Value, result.Amount!.Value.Value, result.Node));
        Assert.Equal(4280, Payer.FeeLimitFor(70_000, 0).Value);
    }

    [Fact]
    public async Task An_invoice_without_an_amount_is_paid_with_whole_satoshis_of_the_limit()
    {
        Assert.Equal(PaymentState.Paid, (await Payer.PayAsync(Node.Sell(msats: null, cap: 100_999), None)).State);
        Assert.Equal(100_000, Node.LastAmount);
        Assert.Equal((PaymentState.Failed, "amount_invalid"), (await Payer.PayAsync(Node.Sell(msats: null, cap: 999), None)) is var result ? (result.State, result.Code) : default);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(4280)]
    public async Task What_the_payee_received_is_told_from_what_was_sent_and_the_fee(long fees)
    {
        peer.Fees = fees;
        var payment = Node.Sell(msats: null);
        await Payer.PayAsync(payment, None);

        Assert.Equal((100_000L, fees), (await Payer.GetPaymentAsync(payment, None)) is var found ? (found.Amount!.Value.Value, found.Fee!.Value.Value) : default);
    }

    [Fact]
    public async Task What_failed_after_it_was_seen_has_failed()
    {
        var payment = Node.Sell() with { WasSeen = true, StartedAt = DateTimeOffset.UnixEpoch };
        Node.Next = PaymentState.Failed;
        await Payer.PayAsync(payment, None);

        Assert.Equal((PaymentState.Failed, true), (await Payer.GetPaymentAsync(payment, None)) is var found ? (found.State, found.IsSeen) : default);
    }

    [Fact]
    public async Task An_invoice_of_another_network_is_not_sent()
    {
        peer.Chain = "mainnet";

        Assert.Equal((PaymentState.Failed, "wrong_network"), (await Payer.PayAsync(Node.Sell(), None)) is var result ? (result.State, result.Code) : default);
        AssertBegun(0);
    }

    [Fact]
    public async Task The_password_is_read_from_the_configuration_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("phoenix.conf");
        await File.WriteAllTextAsync(file, "chain=regtest\nhttp-password=" + PhoenixdPeer.Password + "\n");
        using var payer = new PhoenixdPayer(new PhoenixdPayerOptions { BaseUrl = Url, PasswordPath = file });
        Assert.Equal(PaymentState.Paid, (await payer.PayAsync(Node.Sell(), None)).State);

        await File.WriteAllTextAsync(file, "wrong");
        var refused = await payer.PayAsync(Node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "password_refused"), (refused.State, refused.Code));
        AssertBegun(1);
    }

    [Fact]
    public async Task A_check_reports_node_network_and_balance_and_pays_nothing()
    {
        var report = await PayerReport.CreateAsync(Payer, None);

        Assert.Equal((true, PhoenixdPeer.Identity, Bolt11Network.Regtest, 689_683_000L), (report.Ok, report.Node, report.Network, report.BalanceMsats));
        AssertBegun(0);
    }

    protected override bool IsPayment(RecordedRequest request) => request.Target == "/payinvoice";

    protected override Task<Reply> PeerAsync(RecordedRequest request) => Task.FromResult(peer.Answer(request));

    protected override void EchoSecrets(string invoice) => peer.EchoOf = invoice;

    protected override IInvoicePayer Open(string url, TimeSpan patience, WalletHttpOptions http) => new PhoenixdPayer(new PhoenixdPayerOptions
    {
        BaseUrl = url,
        Password = OperatorSecret.From(PhoenixdPeer.Password),
        PaymentTimeout = patience,
        AnswerMargin = TimeSpan.Zero,
        Http = http,
    });
}
