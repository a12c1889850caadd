using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using LightningOps.L402;
using LightningOps.L402.Challenges;

namespace LightningOps.Tests.Buyer;

/// <summary>A server that sells what it has by docs/reference/l402.md#challenge: a challenge for who has not paid, the goods for who has.</summary>
internal sealed class Seller(Ledger ledger)
{
    private readonly ConcurrentDictionary<string, string> invoices = new();
    private readonly ConcurrentDictionary<string, bool> revoked = new();
    private readonly ConcurrentDictionary<string, bool> consumed = new();
    private int requests;
    private int challenges;

    public const string Goods = "the goods";

    public Ledger Ledger { get; } = ledger;

    /// <summary>What it asks, millisatoshis; null leaves it open, 0 asks nothing.</summary>
    public long? Price { get; set; } = 5000;

    /// <summary>Answers paid requests with this instead.</summary>
    public int? Refusal { get; set; }

    /// <summary>Whether it sells with the Payment scheme, one request for each payment, instead of L402.</summary>
    public bool Charges { get; set; }

    /// <summary>Requests that a credential of the Payment scheme has opened.</summary>
    public int Consumed => consumed.Count;

    /// <summary>Writes the challenge another way.</summary>
    public Func<string, string, string> WriteChallenge { get; set; } = (token, invoice) => "L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\"";

    public int Requests => requests;

    public int Challenges => challenges;

    /// <summary>The Authorization values it was sent.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>No longer accepts any token made so far.</summary>
    public void RevokeAll()
    {
        foreach (var token in invoices.Keys)
        {
            revoked[token] = true;
        }
    }

    public (int Status, string Body, KeyValuePair<string, string>? Header) Answer(string? authorization)
    {
        Interlocked.Increment(ref requests);
        if (Price == 0)
        {
            return (200, Goods, null);
        }

        if (Charges)
        {
            return AnswerCharge(authorization);
        }

        if (authorization is not null)
        {
            Authorizations.Enqueue(authorization);
            if (L402Authorization.TryParse(authorization, out var credential, out _) && invoices.TryGetValue(credential.Token, out var paid)
                && !revoked.ContainsKey(credential.Token) && credential.Preimage.Equals(Ledger.GetPreimage(paid)))
            {
                return Refusal is { } refusal ? (refusal, "refused", null) : (200, Goods, null);
            }
        }

        Interlocked.Increment(ref challenges);
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        var invoice = Ledger.Mint(Price);
        invoices[token] = invoice;
        return (402, "pay " + (Price ?? 0).ToString(CultureInfo.InvariantCulture), new("WWW-Authenticate", WriteChallenge(token, invoice)));
    }

    // Like Aperture: the echoed challenge is recognized, the preimage matches the invoice, and each opens one
    // request.
    private (int Status, string Body, KeyValuePair<string, string>? Header) AnswerCharge(string? authorization)
    {
        if (authorization is not null)
        {
            var credential = Encoding.UTF8.GetString(Base64UrlText.Decode(authorization["Payment ".Length..])!);
            Authorizations.Enqueue(credential);
            using var document = JsonDocument.Parse(credential);
            var id = document.RootElement.GetProperty("challenge").GetProperty("id").GetString()!;
            var preimage = Preimage.Parse(document.RootElement.GetProperty("payload").GetProperty("preimage").GetString()!);
            if (invoices.TryGetValue(id, out var paid) && preimage.Equals(Ledger.GetPreimage(paid)) && !revoked.ContainsKey(id) && consumed.TryAdd(id, true))
            {
                return Refusal is { } refusal ? (refusal, "refused", null) : (200, Goods, null);
            }
        }

        Interlocked.Increment(ref challenges);
        var name = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        var invoice = Ledger.Mint(Price);
        invoices[name] = invoice;
        var amount = (Price!.Value / 1000).ToString(CultureInfo.InvariantCulture);
        var request = Base64UrlText.Encode(JsonSerializer.SerializeToUtf8Bytes(new { amount, currency = "sat", methodDetails = new { invoice, network = "regtest" } }));
        var expires = Ledger.Now.AddMinutes(15).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return (402, "pay " + amount, new("WWW-Authenticate", "Payment id=\"" + name + "\", realm=\"shop\", method=\"lightning\", intent=\"charge\", request=\"" + request + "\", expires=\"" + expires + "\""));
    }
}
