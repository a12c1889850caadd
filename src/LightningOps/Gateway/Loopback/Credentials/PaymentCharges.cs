using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>
/// Charges of the Payment scheme, issued and accepted as by Aperture (docs/reference/aperture.md#payment-challenges).
/// A charge is not bound to a service and opens once.
/// </summary>
internal sealed class PaymentCharges
{
    private const string Scheme = "Payment ";
    private const string Method = "lightning";
    private const string Intent = "charge";
    private const string Memo = "MPP";

    /// <summary>Characters of 64 KiB in base64url with padding (mpp/header.go).</summary>
    private const int MaxCredential = ((64 * 1024) + 2) / 3 * 4;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private readonly byte[] key;
    private readonly SimulatedLightningNode node;
    private readonly TimeProvider time;
    private readonly Dictionary<string, DateTimeOffset> spent = new(StringComparer.Ordinal);

    public PaymentCharges(byte[] key, SimulatedLightningNode node, TimeProvider time)
    {
        this.key = key;
        this.node = node;
        this.time = time;
    }

    /// <summary>A challenge as a WWW-Authenticate value.</summary>
    /// <param name="service">The service.</param>
    /// <param name="realm">The payee.</param>
    /// <param name="network">Network in the file, or null.</param>
    public string Mint(LoopbackService service, string realm, string? network)
    {
        var invoice = node.AddInvoice(new Msats(service.PriceSats * Msats.PerSatoshi), Memo, GatewayNetwork.Find(network));
        var json = JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["amount"] = service.PriceSats.ToString(CultureInfo.InvariantCulture),
            ["currency"] = "sat",
            ["methodDetails"] = new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                ["invoice"] = invoice.PaymentRequest,
                ["network"] = network ?? "mainnet",
                ["paymentHash"] = invoice.PaymentHash,
            },
        });
        var request = Base64UrlText.Encode(json);
        var expires = (time.GetUtcNow() + Lifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var challenge = new PaymentChallenge
        {
            Id = ComputeId(realm, Method, Intent, request, expires, string.Empty, string.Empty),
            Realm = string.Concat(realm.Where(static one => one is '\t' or (>= ' ' and not '\u007f'))),
            Method = Method,
            Intent = Intent,
            Request = request,
            Expires = expires,
        };
        return PathText.GetBytes(challenge.ToHeaderValue());
    }

    /// <summary>Whether a request presents a valid charge, which is then spent.</summary>
    /// <param name="headers">Headers of the request.</param>
    /// <param name="verifiesInvoice">Whether the node must also report its invoice as settled.</param>
    public bool TryAccept(HeaderLines headers, bool verifiesInvoice) => Find(headers) is { } charge && Accepts(charge, verifiesInvoice);

    /// <summary>
    /// The receipt of the charge that an accepted request presents; null if it presents none. The charge need not be
    /// valid where another credential was accepted (auth/mpp_authenticator.go, ReceiptHeader).
    /// </summary>
    /// <param name="headers">Headers of the request.</param>
    public string? FindReceipt(HeaderLines headers) => Find(headers) is { } charge ? CreateReceipt(charge) : null;

    /// <summary>The charge of the first Authorization line (mpp/header.go, ParseCredential). Later lines are not read.</summary>
    private Charge? Find(HeaderLines headers) =>
        headers.Find("Authorization") is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && value.Substring(Scheme.Length).Trim() is { Length: > 0 and <= MaxCredential } credential
            ? Read(credential)
            : null;

    private bool Accepts(Charge charge, bool verifiesInvoice)
    {
        var now = time.GetUtcNow();
        if (charge.Id != charge.ExpectedId || charge.Expires is not { } expires || expires <= now || charge.PaymentHash is not { } hash
            || charge.Preimage?.MatchesPaymentHash(hash) != true || (verifiesInvoice && !node.IsSettled(hash)))
        {
            return false;
        }

        lock (spent)
        {
            foreach (var gone in spent.Where(one => one.Value <= now).Select(static one => one.Key).ToArray())
            {
                spent.Remove(gone);
            }

            if (spent.ContainsKey(charge.Id))
            {
                return false;
            }

            spent.Add(charge.Id, expires);
            return true;
        }
    }

    private string CreateReceipt(Charge charge) => Base64UrlText.Encode(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
    {
        ["status"] = "success",
        ["method"] = Method,
        ["timestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["reference"] = charge.Reference,
        ["challengeId"] = charge.Id,
    }));

    private Charge? Read(string credential)
    {
        try
        {
            if (Base64UrlText.Decode(credential) is not { } json)
            {
                return null;
            }

            using var document = JsonDocument.Parse(json);
            var challenge = document.RootElement.GetProperty("challenge");
            var request = Text(challenge, "request");
            if (Text(challenge, "id").Length == 0 || Text(challenge, "realm").Length == 0 || Text(challenge, "method") != Method || Text(challenge, "intent") != Intent)
            {
                return null;
            }

            using var asked = JsonDocument.Parse(Base64UrlText.Decode(request) ?? []);
            var reference = asked.RootElement.TryGetProperty("methodDetails", out var details) ? Text(details, "paymentHash") : string.Empty;
            var payload = document.RootElement.GetProperty("payload");
            return new Charge(
                Text(challenge, "id"),
                ComputeId(Text(challenge, "realm"), Method, Intent, request, Text(challenge, "expires"), Text(challenge, "digest"), Text(challenge, "opaque")),
                reference,
                PaymentHash.TryParse(reference, out var hash, out _) ? hash : null,
                payload.ValueKind == JsonValueKind.Object && Preimage.TryParse(Text(payload, "preimage"), out var preimage, out _) ? preimage : null,
                DateTimeOffset.TryParse(Text(challenge, "expires"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) ? expires : null);
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() ?? string.Empty : string.Empty;

    private string ComputeId(params string[] slots)
    {
        using var hmac = new HMACSHA256(key);
        return Base64UrlText.Encode(hmac.ComputeHash(Encoding.UTF8.GetBytes(string.Join("|", slots))));
    }

    private sealed record Charge(string Id, string ExpectedId, string Reference, PaymentHash? PaymentHash, Preimage? Preimage, DateTimeOffset? Expires);
}

/// <summary>The network of <c>authenticator.network</c>.</summary>
internal static class GatewayNetwork
{
    /// <summary>The network; null if it is missing or unknown.</summary>
    public static Bolt11Network? Find(string? name) => name switch
    {
        "mainnet" => Bolt11Network.Mainnet,
        "testnet" or "testnet4" => Bolt11Network.Testnet,
        "signet" => Bolt11Network.Signet,
        "regtest" => Bolt11Network.Regtest,
        "simnet" => Bolt11Network.Simnet,
        _ => null,
    };
}
