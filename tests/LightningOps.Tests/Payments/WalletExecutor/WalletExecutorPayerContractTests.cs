using System;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.WalletExecutor;

public sealed class WalletExecutorPayerContractTests : RemotePayerContract
{
    private readonly ExecutorPeer peer;

    public WalletExecutorPayerContractTests() => peer = new ExecutorPeer(Node);

    protected override string Name => "wallet-executor";

    protected override string RefusedCode => "payment_failed";

    protected override PaymentState RedirectedState => PaymentState.Pending;

    protected override string Secret => ExecutorPeer.Token;

    protected override bool IsPayment(RecordedRequest request) => true;

    protected override Task<Reply> PeerAsync(RecordedRequest request) => Task.FromResult(peer.Answer(request));

    protected override void EchoSecrets(string invoice) => peer.EchoOf = invoice;

    protected override IInvoicePayer Open(string url, TimeSpan patience, WalletHttpOptions http) => new WalletExecutorPayer(new WalletExecutorPayerOptions
    {
        BaseUrl = url,
        AuthToken = OperatorSecret.From(ExecutorPeer.Token),
        Timeout = patience,
        Http = http,
    });
}
