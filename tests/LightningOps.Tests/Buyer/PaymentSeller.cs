using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Buyer;

/// <summary>A server that sells with the Payment scheme as Aperture does (mpp/vectors.json, clients/headers.jsonl): each credential opens one request.</summary>
internal sealed class PaymentSeller(SimulatedLightningNode node, TimeProvider time) : IAsyncDisposable
{
    public static readonly byte[] Secret = Convert.FromHexString("6d70702d746573742d766563746f722d736563726574");

    private readonly HashSet<string> consumed = new(StringComparer.Ordinal);
    private LoopbackServer? server;

    /// <summary>Price in satoshis.</summary>
    public long Price { get; set; } = 5;

    /// <summary>Name of the payee; written in UTF-8, as Aperture writes it.</summary>
    public string Realm { get; set; } = "shop.test";

    /// <summary>How long a challenge lasts.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Changes the JSON of the request before it is encoded.</summary>
    public Func<string, string> Alter { get; set; } = request => request;

    /// <summary>A challenge of another scheme that is sent before this one.</summary>
    public string? Other { get; set; }

    /// <summary>What follows an accepted credential.</summary>
    public Func<RecordedRequest, Reply> Serve { get; set; } = _ => Reply.Json("{\"ok\":true}");

    /// <summary>Credentials that opened a request.</summary>
    public int Opened => consumed.Count;

    public LoopbackServer Server => server ??= new LoopbackServer(request => Task.FromResult(Answer(request)));

    public Uri Url => new(Server.Url + "/goods");

    public static string GetId(string realm, string method, string intent, string request, string? expires, string? digest, string? opaque) =>
        Base64UrlText.Encode(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes(string.Join('|', realm, method, intent, request, expires, digest, opaque))));

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private Reply Answer(RecordedRequest request)
    {
        lock (consumed)
        {
            return !request.Headers.TryGetValue("authorization", out var authorization) ? Ask("Payment required for access.")
                : Check(authorization) is { } refusal ? Ask(refusal)
                : Serve(request);
        }
    }

    private Reply Ask(string detail)
    {
        var invoice = node.AddInvoice(new Msats(Price * 1000), "goods");
        var json = JsonSerializer.Serialize(new { amount = Price.ToString(System.Globalization.CultureInfo.InvariantCulture), currency = "sat", methodDetails = new { invoice = invoice.PaymentRequest, network = "regtest", paymentHash = invoice.PaymentHash } });
        var request = Base64UrlText.Encode(Encoding.UTF8.GetBytes(Alter(json)));
        var expires = (time.GetUtcNow() + Lifetime).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var challenge = "Payment id=\"" + GetId(Realm, "lightning", "charge", request, expires, null, null) + "\", realm=\"" + Realm + "\", method=\"lightning\", intent=\"charge\", request=\"" + request + "\", expires=\"" + expires + "\"";
        (string, string)[] headers = Other is null ? [("WWW-Authenticate", challenge)] : [("WWW-Authenticate", Other), ("WWW-Authenticate", challenge)];
        return Reply.Problem("{\"type\":\"https://paymentauth.org/problems/payment-required\",\"title\":\"Payment Required\",\"status\":402,\"detail\":\"" + detail + "\"}", 402, headers);
    }

    // As strict as the vectors: one spelling of base64url, the identifier over the echoed parameters, in time, its own
    // preimage, once.
    private string? Check(string authorization)
    {
        if (!authorization.StartsWith("Payment ", StringComparison.Ordinal) || Base64UrlText.Decode(authorization["Payment ".Length..]) is not { } bytes)
        {
            return "Malformed credential.";
        }

        using var document = JsonDocument.Parse(bytes);
        var challenge = document.RootElement.GetProperty("challenge");
        if (Text("id") != GetId(Text("realm")!, Text("method")!, Text("intent")!, Text("request")!, Text("expires"), Text("digest"), Text("opaque")))
        {
            return "Unknown challenge.";
        }

        if (DateTimeOffset.Parse(Text("expires")!, System.Globalization.CultureInfo.InvariantCulture) <= time.GetUtcNow())
        {
            return "The challenge has expired.";
        }

        using var request = JsonDocument.Parse(Base64UrlText.Decode(Text("request")!)!);
        var preimage = Preimage.Parse(document.RootElement.GetProperty("payload").GetProperty("preimage").GetString()!);
        return !preimage.MatchesPaymentHash(PaymentHash.Parse(request.RootElement.GetProperty("methodDetails").GetProperty("paymentHash").GetString()!)) ? "Verification failed."
            : consumed.Add(Text("id")!) ? null
            : "The credential was used before.";

        string? Text(string name) => challenge.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
