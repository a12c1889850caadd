using System.Linq;
using LightningOps.Gateway.Probes;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Probes;

public sealed class ProbeChallengeReaderTests
{
    [Fact]
    public void The_amount_is_that_of_the_whole_invoice()
    {
        var challenge = Vectors.Json("challenges.json").GetProperty("cases").EnumerateArray().First();

        var reading = ProbeChallengeReader.Read([challenge.GetProperty("header").GetString()!]);

        Assert.Equal(challenge.GetProperty("challenge").GetProperty("amountMsats").GetInt64(), reading.Amount!.Value.Value);
    }

    [Theory]
    [InlineData("L402 invoice=\"lnmock_a\", macaroon=\"mac_a\", amount_msats=70000")]
    [InlineData("L402 macaroon=\"m\"")]
    [InlineData("Basic realm=\"x\"")]
    public void What_is_no_challenge_of_a_real_invoice_has_no_amount(string header)
    {
        var reading = ProbeChallengeReader.Read([header]);

        Assert.Null(reading.Amount);
        Assert.NotNull(reading.Fault);
    }
}
