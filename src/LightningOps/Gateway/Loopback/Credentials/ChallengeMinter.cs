using System;
using System.Security.Cryptography;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>
/// Mints challenges of a service: an invoice, and the credential that its preimage makes valid (Aperture
/// mint/mint.go, MintL402).
/// </summary>
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
    /// <param name="service">The service.</param>
    /// <param name="network">Network in the file, or null.</param>
    /// <exception cref="L402Exception">The node creates no invoice.</exception>
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
/// The root key of each credential. Aperture stores a random one for each. Here each is derived from one random key
/// and the credential's identifier, so that nothing is stored and a restarted gateway accepts no old credential.
/// </summary>
internal sealed class RootKeys
{
    /// <summary>Size of the master key in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] key;

    public RootKeys(byte[] key) => this.key = key;

    /// <summary>The key of charges, which differs from that of every credential.</summary>
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
