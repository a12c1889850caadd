using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Payments.WalletExecutor;
using Xunit;

namespace LightningOps.Tests.Payments;

/// <summary>Half a surrogate pair is JSON and no text: reading it throws what no caller expects.</summary>
public sealed class HostileAnswerTests
{
    [Fact]
    public void A_refusal_of_lnd_with_half_a_character_is_one_of_its_status() =>
        Assert.Equal("lnd_http_500", LndRefusal.From(500, "{\"code\":2,\"message\":\"\\ud800\"}", "secret").Code);

    [Fact]
    public void A_payment_of_an_executor_with_half_a_character_stays_open() =>
        Assert.Equal(PaymentState.Pending, ExecutorAnswer.Read(200, "{\"result\":{\"payment\":{\"preimageHex\":\"\\ud800\"}}}", []).State);
}
