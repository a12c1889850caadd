using System;
using System.Security.Cryptography;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>Mints what a service sells: an invoice, and the credential that its preimage makes good (Aperture mint/mint.go, MintL402).</summary>
internal sealed class ChallengeMinter
{
    private const string Location = "lsat";
    private const string Memo = "L402";
    private const int TokenIdSize = 32;
    private readonly RootKeys keys;
    private readonly SimulatedLightningNode node;
    private readonly TransactionLog transactions;
    private readonly Func<int, byte[]> random;
    private readonly TimeProvider time;

    public ChallengeMinter(RootKeys keys, SimulatedLightningNode node, TransactionLog transactions, Func<int, byte[]> random, TimeProvider time)
    {
        this.keys = keys;
        this.node = node;
        this.transactions = transactions;
        this.random = random;
        this.time = time;
    }

    /// <summary>A challenge as the attributes of a WWW-Authenticate value.</summary>
    /// <param name="service">What is sold.</param>
    /// <param name="network">Network of the invoice as the file names it, or null.</param>
    /// <exception cref="L402Exception">The node makes no invoice.</exception>
    public string Mint(LoopbackService service, string? network)
    {
        var invoice = node.AddInvoice(new Msats(service.PriceSats * Msats.PerSatoshi), Memo, GatewayNetwork.Find(network));
        var identifier = L402Identifier.Create(invoice.Hash, random(TokenIdSize));
        var macaroon = Macaroon.Mint(keys.GetKey(identifier), identifier, Location).AddCaveat(ServiceCaveats.Create(service.Name));
        foreach (var caveat in service.Caveats)
        {
            macaroon = macaroon.AddCaveat(caveat);
        }

        if (service.TimeoutSeconds != 0)
        {
            macaroon = macaroon.AddCaveat(ServiceCaveats.ValidUntil(service.Name, time.GetUtcNow().ToUnixTimeSeconds() + service.TimeoutSeconds));
        }

        transactions.Add(identifier, service.Name, service.PriceSats, invoice);
        return "macaroon=\"" + macaroon.ToBase64() + "\", invoice=\"" + invoice.PaymentRequest + "\"";
    }
}

/// <summary>
/// The root key of each credential. Aperture keeps a random one for each; here each is made of one random key and the
/// credential's identifier, so that nothing is kept, and a gateway started anew takes no credential of the old one.
/// </summary>
internal sealed class RootKeys
{
    /// <summary>Bytes of the key they are made of.</summary>
    public const int Size = 32;

    private readonly byte[] key;

    public RootKeys(byte[] key) => this.key = key;

    /// <summary>The key of charges: another than any credential's.</summary>
    public byte[] GetChargeKey()
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash([(byte)'M', (byte)'P', (byte)'P']);
    }

    public byte[] GetKey(L402Identifier identifier)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(identifier.ToBytes());
    }
}
