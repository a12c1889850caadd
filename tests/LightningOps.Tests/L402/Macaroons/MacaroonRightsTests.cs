using System;
using System.Linq;
using CsCheck;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Macaroons;

/// <summary>What a macaroon allows is in its identifier; its location is only claimed.</summary>
public sealed class MacaroonRightsTests
{
    private static readonly (string, string[])[] Admin =
    [
        ("address", ["read", "write"]), ("info", ["read", "write"]), ("invoices", ["read", "write"]), ("macaroon", ["generate", "read", "write"]), ("message", ["read", "write"]),
        ("offchain", ["read", "write"]), ("onchain", ["read", "write"]), ("peers", ["read", "write"]), ("signer", ["generate", "read"]),
    ];

    [Theory]
    [InlineData("lnd")]
    [InlineData("")]
    [InlineData("lsat")]
    [InlineData("elsewhere.example.com")]
    public void The_admin_macaroon_is_known_at_any_location(string location)
    {
        var rights = MacaroonRights.Read(LndMacaroons.Bake(location, Admin));

        Assert.True(rights.IsOfNode);
        Assert.Equal(["address:write", "macaroon:generate", "macaroon:write", "offchain:write", "onchain:write", "signer:generate"], rights.Dangerous);
        Assert.Equal(19, rights.All.Count);
    }

    [Fact]
    public void A_macaroon_that_only_reads_is_not_dangerous()
    {
        var rights = MacaroonRights.Read(LndMacaroons.Bake("lnd", ("info", ["read"]), ("offchain", ["read"])));

        Assert.Equal((true, 0), (rights.IsOfNode, rights.Dangerous.Count));
        Assert.Equal(["info:read", "offchain:read"], rights.All);
    }

    [Fact]
    public void A_token_that_was_sold_and_what_is_no_macaroon_have_no_rights()
    {
        var sold = Macaroon.Mint(new byte[32], L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32]), "lnd");

        Assert.Empty(MacaroonRights.Read(sold).All);
        Assert.Empty(MacaroonRights.Read("0201beef").All);
        Assert.False(MacaroonRights.Read(LndMacaroons.Bake("lnd", ("admin", ["write"]))).IsOfNode);
    }

    [Fact]
    public void No_identifier_breaks_it() => Gen.Byte.Array[0, 80].Sample(bytes =>
    {
        var whole = Convert.FromHexString(LndMacaroons.Bake("lnd", Admin));
        var changed = whole.ToArray();
        for (var at = 0; at < bytes.Length; at++)
        {
            changed[(at * 7 + bytes[at]) % changed.Length] = bytes[at];
        }

        _ = MacaroonRights.Read(Convert.ToHexString(changed)).Dangerous;
    });
}
