using System;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.L402.Challenges;
using Xunit;
using static LightningOps.Tests.Buyer.PurchaseBench;

namespace LightningOps.Tests.Buyer;

/// <summary>Servers from before the scheme was renamed, and those that speak both names.</summary>
public sealed class LsatSellerTests : IDisposable
{
    private readonly PurchaseBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task What_is_sold_as_LSAT_alone_is_answered_as_LSAT_also_after_a_restart()
    {
        bench.Seller.WriteChallenge = (token, invoice) => Challenge("LSAT", token, invoice);

        await bench.SendAsync();
        bench.Restart();
        await bench.SendAsync();

        Assert.Equal(2, bench.Seller.Authorizations.Count);
        Assert.All(bench.Seller.Authorizations, value => Assert.StartsWith("LSAT ", value, StringComparison.Ordinal));
        Assert.Equal(1, bench.Payer.Calls);
    }

    [Fact]
    public async Task What_is_sold_under_both_names_is_answered_as_L402()
    {
        bench.Seller.WriteChallenge = (token, invoice) => Challenge("LSAT", token, invoice) + ", " + Challenge("L402", token, invoice);

        await bench.SendAsync();

        Assert.StartsWith("L402 ", bench.Seller.Authorizations.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_that_are_asked_for_are_sent_to_an_LSAT_seller_too()
    {
        bench.Seller.WriteChallenge = (token, invoice) => Challenge("LSAT", token, invoice);

        await bench.SendAsync(Get() with { AuthorizationFormat = L402AuthorizationFormat.Params });

        Assert.StartsWith("L402 macaroon=", bench.Seller.Authorizations.Single(), StringComparison.Ordinal);
    }

    private static string Challenge(string scheme, string token, string invoice) => scheme + " macaroon=\"" + token + "\", invoice=\"" + invoice + "\"";
}
