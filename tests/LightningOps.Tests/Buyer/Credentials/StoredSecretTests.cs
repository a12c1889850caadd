using System;
using System.Text;
using System.Text.Json;
using CsCheck;
using LightningOps.Buyer.Credentials;
using LightningOps.L402.Challenges;
using Xunit;

namespace LightningOps.Tests.Buyer.Credentials;

/// <summary>The encrypted part of a purchase keeps its form: stores of earlier releases are read, and read this one's.</summary>
public sealed class StoredSecretTests
{
    private static readonly Gen<PurchaseSecret> Any = Gen.Select(Gen.String, Gen.String, Gen.String.Null(), Gen.Enum<L402Scheme>())
        .Select((invoice, token, preimage, scheme) => new PurchaseSecret(invoice, token, preimage, scheme));

    [Fact]
    public void A_secret_is_written_as_before_and_read_back() => Any.Sample(secret =>
    {
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(secret), secret.ToJson());
        Assert.Equal(JsonSerializer.Deserialize<PurchaseSecret>(secret.ToJson()), PurchaseSecret.FromJson(secret.ToJson()));
    });

    [Theory]
    [InlineData("""{"Invoice":"i","Token":"t"}""", true)]
    [InlineData("""{"Invoice":"i"}""", false)]
    [InlineData("""{"Invoice":1,"Token":"t"}""", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    public void A_secret_without_a_later_member_is_read_and_a_broken_one_is_refused(string json, bool isRead)
    {
        var failure = Record.Exception(() => PurchaseSecret.FromJson(Encoding.UTF8.GetBytes(json)));

        Assert.Equal(isRead, failure is null);
        Assert.True(failure is null or JsonException, failure?.ToString());
    }
}
