using System;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.L402;
using LightningOps.L402.Simulation;
using LightningOps.Paywalls;

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
    /// <exception cref="L402Exception">The node makes no invoice.</exception>
    public string Mint(LoopbackService service)
    {
        var invoice = node.AddInvoice(new Msats(service.PriceSats * Msats.PerSatoshi), Memo);
        var identifier = L402Identifier.Create(invoice.PaymentHash, random(TokenIdSize));
        var macaroon = Macaroon.Mint(keys.Of(identifier), identifier, Location).AddCaveat(ServiceCaveats.Of(service.Name));
        foreach (var caveat in service.Caveats)
        {
            macaroon = macaroon.AddCaveat(caveat);
        }

        if (service.TimeoutSeconds > 0)
        {
            macaroon = macaroon.AddCaveat(ServiceCaveats.ValidUntil(service.Name, time.GetUtcNow().ToUnixTimeSeconds() + service.TimeoutSeconds));
        }

        transactions.Add(identifier, service.Name, service.PriceSats, invoice);
        return "macaroon=\"" + macaroon.ToBase64() + "\", invoice=\"" + invoice.PaymentRequest + "\"";
    }
}
