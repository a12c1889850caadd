using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Challenges;

public sealed class ChallengeVectorTests
{
    // The older service refused this one; servers in use send attributes that only a blank separates.
    private const string SeparatedByBlank = "L402 macaroon=\"m\" invoice=\"i\"";

    private static readonly JsonElement[] All = Vectors.Json("challenges.json").GetProperty("cases").EnumerateArray().ToArray();

    public static IEnumerable<object[]> Good => Numbers(true);

    public static IEnumerable<object[]> Bad => Numbers(false);

    [Theory]
    [MemberData(nameof(Good))]
    public void A_recorded_challenge_parses_to_its_record(int number)
    {
        var expected = All[number].GetProperty("challenge");
        var challenge = L402Challenge.Parse(Header(number));

        Assert.Equal(Text(expected, "macaroon"), challenge.Macaroon);
        Assert.Equal(Text(expected, "invoice"), challenge.Invoice);
        Assert.Equal(Text(expected, "issuer"), challenge.Issuer);
        Assert.Equal(expected.TryGetProperty("amountMsats", out var amount) ? amount.GetInt64() : null, challenge.Amount?.Value);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_recorded_refusal_has_the_recorded_reason(int number)
    {
        Assert.False(L402Challenge.TryParse(Header(number), out _, out var error));

        Assert.Equal(Text(All[number], "reason"), error.Reason);
        Assert.Equal("ChallengeParseError", error.Tag);
        Assert.Equal(error.Code, Assert.Throws<L402Exception>(() => L402Challenge.Parse(Header(number))).Code);
    }

    [Fact]
    public void Of_the_recorded_refusals_one_is_read_now()
    {
        Assert.Contains(All, item => item.GetProperty("header").GetString() == SeparatedByBlank);

        var challenge = L402Challenge.Parse(SeparatedByBlank);

        Assert.Equal(("m", "i"), (challenge.Macaroon, challenge.Invoice));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void What_is_written_reads_back_to_the_same_challenge(int number)
    {
        var challenge = L402Challenge.Parse(Header(number));

        Assert.Equal(challenge, L402Challenge.Parse(challenge.ToHeaderValue()));
    }

    private static IEnumerable<object[]> Numbers(bool ok) =>
        Enumerable.Range(0, All.Length).Where(i => All[i].GetProperty("ok").GetBoolean() == ok && Header(i) != SeparatedByBlank).Select(i => new object[] { i });

    private static string Header(int number) => All[number].GetProperty("header").GetString()!;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
