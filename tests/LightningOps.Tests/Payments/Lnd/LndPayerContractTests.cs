using System;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.Lnd;

public sealed class LndPayerContractTests : RemotePayerContract
{
    private readonly LndPeer peer;

    public LndPayerContractTests() => peer = new LndPeer(Node);

    protected override string Name => "lnd";

    protected override string RefusedCode => "no_route";

    // An answer about a payment in flight stays open.
    protected override TimeSpan Patience => TimeSpan.FromSeconds(4);

    protected override string Secret => LndPeer.Macaroon;

    protected override bool IsPayment(RecordedRequest request) => request.Target == "/v2/router/send";

    protected override Task<Reply> PeerAsync(RecordedRequest request) => Task.FromResult(peer.Answer(request));

    protected override void EchoSecrets(string invoice) => peer.EchoOf = invoice;

    protected override IInvoicePayer Open(string url, TimeSpan patience, WalletHttpOptions http) => new LndPayer(new LndPayerOptions
    {
        BaseUrl = url,
        Macaroon = OperatorSecret.From(LndPeer.Macaroon),
        PaymentTimeout = patience,
        AnswerMargin = TimeSpan.Zero,
        QueryTimeout = TimeSpan.FromSeconds(4),
        Http = http,
    });
}
