using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>Macaroons of version 1, and identifiers as text: next-l402 and boltwall.</summary>
public sealed class PacketMacaroonTests
{
    [Fact]
    public void A_version_1_token_of_a_real_server_is_read()
    {
        var challenge = Challenge("next-l402");
        var token = L402Token.Read(challenge.Macaroon);

        Assert.Equal("http://127.0.0.1", token.Location);
        Assert.Equal(Bolt11Invoice.Parse(challenge.Invoice).PaymentHash, token.PaymentHash);
        Assert.Equal("payment_hash = " + Convert.ToBase64String(token.Hash!.ToBytes()), token.Caveats[0]);
        Assert.Equal(1796038658923, token.ExpiresAt?.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void A_hex_identifier_of_a_real_server_is_read()
    {
        var challenge = Challenge("boltwall 6.0.3 time caveat");
        var token = L402Token.Read(challenge.Macaroon);

        Assert.Equal(Bolt11Invoice.Parse(challenge.Invoice).PaymentHash, token.PaymentHash);
        Assert.Equal(1795952259162, token.ExpiresAt?.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Both_formats_of_one_macaroon_are_equal_and_verified_by_one_key()
    {
        var identifier = L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32]);
        var macaroon = Macaroon.Mint(new byte[32], identifier, "here").AddCaveat(Parsed.Caveat("services=a:0"));
        var packets = Packets(
            ("location", Encoding.ASCII.GetBytes("here")),
            ("identifier", identifier.ToBytes()),
            ("cid", Encoding.ASCII.GetBytes("services=a:0")),
            ("signature", macaroon.ToBinary()[^32..]));

        foreach (var text in new[] { Convert.ToBase64String(packets), Convert.ToHexStringLower(packets) })
        {
            var read = Macaroon.Parse(text);
            Assert.Equal(macaroon, read);
            Assert.True(read.Verify(new byte[32]));
        }
    }

    [Fact]
    public void Broken_packets_are_refused()
    {
        var whole = Packets(("location", [1]), ("identifier", [2]), ("signature", new byte[32]));

        Assert.True(Macaroon.TryParse(whole, out _, out _));
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.False(Macaroon.TryParse(whole.AsSpan(0, length), out _, out _)));
        Assert.False(Macaroon.TryParse(Packets(("identifier", [2]), ("location", [1]), ("signature", new byte[32])), out _, out _));
        Assert.False(Macaroon.TryParse(Packets(("location", [1]), ("identifier", [2]), ("vid", [3]), ("signature", new byte[32])), out _, out _));
        Assert.False(Macaroon.TryParse(Packets(("location", [1]), ("identifier", [2]), ("signature", new byte[31])), out _, out _));
    }

    private static byte[] Packets(params (string Name, byte[] Value)[] packets) =>
        packets.SelectMany(packet =>
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(packet.Name), (byte)' ', .. packet.Value, (byte)'\n'];
            return Encoding.ASCII.GetBytes((body.Length + 4).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)).Concat(body);
        }).ToArray();

    private static L402Challenge Challenge(string server)
    {
        var row = File.ReadLines(Vectors.GetPath("clients/headers.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .First(item => item.GetProperty("direction").GetString()!.Contains(server, StringComparison.Ordinal) && item.GetProperty("status").GetInt32() == 402);
        return L402Challenge.Parse(row.GetProperty("headers").EnumerateObject().Single(header => header.Name.Equals("www-authenticate", StringComparison.OrdinalIgnoreCase)).Value.GetString()!);
    }
}
