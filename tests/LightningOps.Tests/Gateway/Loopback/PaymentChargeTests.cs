using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>Charges of the Payment scheme at the loopback gateway.</summary>
public sealed class PaymentChargeTests : IDisposable
{
    private readonly EchoUpstream upstream = EchoUpstream.Start();
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
    private readonly HttpClient client = new();

    public void Dispose()
    {
        client.Dispose();
        upstream.Dispose();
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("authscheme: l402+mpp", true, true)]
    [InlineData("authscheme: mpp+l402", true, true)]
    [InlineData("authscheme: l402", true, false)]
    [InlineData("authscheme: mpp", false, true)]
    [InlineData("authscheme: bearer", false, false)]
    [InlineData("authscheme: 'l402, mpp'", true, true)]
    [InlineData("authscheme: L402+mpp", false, true)]
    public async Task Every_scheme_is_offered_and_those_of_the_service_are_accepted(string member, bool l402, bool payment)
    {
        using var gateway = Start(member);

        var (token, charge) = await BuyAsync(gateway);

        Assert.Equal(l402 ? HttpStatusCode.OK : HttpStatusCode.PaymentRequired, (await SendAsync(gateway, token)).StatusCode);
        var answer = await SendAsync(gateway, charge);
        Assert.Equal(payment ? HttpStatusCode.OK : HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Equal(payment, answer.Headers.Contains("Payment-Receipt"));
    }

    [Fact]
    public async Task A_charge_opens_once_and_not_after_fifteen_minutes()
    {
        using var gateway = Start(string.Empty);
        var (_, charge) = await BuyAsync(gateway);
        var (_, late) = await BuyAsync(gateway);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, charge)).StatusCode);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await SendAsync(gateway, charge)).StatusCode);
        time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.PaymentRequired, (await SendAsync(gateway, late)).StatusCode);
    }

    [Fact]
    public async Task A_charge_with_another_amount_or_preimage_is_refused()
    {
        using var gateway = Start(string.Empty);
        var (_, charge) = await BuyAsync(gateway);
        var json = Encoding.UTF8.GetString(Base64UrlText.Decode(charge.Substring("Payment ".Length))!);

        foreach (var forged in new[] { json.Replace("\"charge\"", "\"session\"", StringComparison.Ordinal), json.Replace("\"preimage\":\"", "\"preimage\":\"0", StringComparison.Ordinal), "{}", "[]" })
        {
            Assert.NotEqual(json, forged);
            Assert.Equal(HttpStatusCode.PaymentRequired, (await SendAsync(gateway, "Payment " + Base64UrlText.Encode(Encoding.UTF8.GetBytes(forged)))).StatusCode);
        }
    }

    [Theory]
    [InlineData("{0}|{1}", false, true)]
    [InlineData("{1}|{0}", true, true)]
    [InlineData("L402 x|{1}", false, true)]
    [InlineData("Bearer x|{1}", false, true)]
    [InlineData("{1}|Bearer x", true, false)]
    [InlineData("{0}, {1}", true, true)]
    [InlineData("{1}, {0}", true, true)]
    [InlineData("payment {2}", true, false)]
    [InlineData("PAYMENT   {2}\t", true, false)]
    [InlineData("Payment\t{2}", false, true)]
    [InlineData("Payment {2}=", false, true)]
    [InlineData("Payment", false, true)]
    public async Task A_charge_stands_in_the_first_line_and_is_spent_where_no_L402_opens(string authorization, bool opens, bool opensAgain)
    {
        using var gateway = Start(string.Empty);
        var (token, charge) = await BuyAsync(gateway);
        charge = charge.TrimEnd('=');

        var lines = string.Format(null, authorization, token, charge, charge.Substring("Payment ".Length)).Split('|');
        Assert.Equal(opens ? 200 : 402, await RawStatusAsync(gateway, lines));
        Assert.Equal(opensAgain ? 200 : 402, await RawStatusAsync(gateway, [charge]));
    }

    [Fact]
    public async Task An_answer_with_a_receipt_is_private()
    {
        using var gateway = Start(string.Empty);
        var (token, charge) = await BuyAsync(gateway);

        Assert.Null((await SendAsync(gateway, token)).Headers.CacheControl);
        Assert.Equal("private", (await SendAsync(gateway, charge)).Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Without_Payment_on_a_charge_in_front_of_a_token_gives_no_receipt()
    {
        using var gateway = Start(string.Empty);
        var (_, charge) = await BuyAsync(gateway);
        using var bench = new LoopbackBench(LoopbackBench.Selling());

        var answer = await bench.RawAsync("GET /a HTTP/1.1\r\nHost: " + LoopbackBench.Host + "\r\nAuthorization: " + charge + "\r\nAuthorization: " + await bench.BuyAsync() + "\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Payment-Receipt: ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 500, "")]
    [InlineData(true, 402, "Payment")]
    public async Task A_service_without_a_name_is_sold_for_a_charge_only(bool offersCharges, int status, string schemes)
    {
        using var bench = new LoopbackBench((offersCharges ? "authenticator: {enablempp: true}\ndbbackend: sqlite\nsqlite: {databasefilename: /d}\n" : string.Empty) + LoopbackBench.Selling(name: "''"));

        using var answer = await bench.SendAsync("/a");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(schemes, string.Join(",", answer.Headers.WwwAuthenticate.Select(static one => one.Scheme)));
        Assert.Equal(offersCharges, answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_realm_with_quotes_and_letters_beyond_ASCII_is_offered_and_accepted()
    {
        using var gateway = Start(string.Empty, "'zo\u00eb \"shop\" \\ '");
        using var answer = await SendAsync(gateway, null);
        var challenge = Assert.Single(PaymentChallenge.ReadAll(answer.Headers.GetValues("WWW-Authenticate").Select(static value => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value)))));

        Assert.Equal("zo\u00eb \"shop\" \\ ", challenge.Realm);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, Present(gateway, challenge))).StatusCode);
    }

    [Theory]
    [InlineData("mainnet", Bolt11Network.Mainnet)]
    [InlineData("testnet", Bolt11Network.Testnet)]
    [InlineData("signet", Bolt11Network.Signet)]
    [InlineData("regtest", Bolt11Network.Regtest)]
    [InlineData("simnet", Bolt11Network.Simnet)]
    public async Task The_network_of_the_file_is_that_of_its_invoices(string network, Bolt11Network expected)
    {
        using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = "authenticator: {network: " + network + "}\nservices:\n  - {name: a, address: 'x:1', protocol: http}\n", Upstream = upstream.Url });

        var challenge = await SendAsync(gateway, null);

        Assert.Equal(expected, Bolt11Invoice.Parse(L402Challenge.Parse(challenge.Headers.GetValues("WWW-Authenticate")).Invoice).Network);
    }

    private LoopbackGateway Start(string member, string realm = "shop") => LoopbackGateway.Start(new LoopbackGatewayOptions
    {
        ApertureYaml = "authenticator: {enablempp: true, mpprealm: " + realm + ", network: regtest}\ndbbackend: sqlite\nsqlite: {databasefilename: /d}\nservices:\n  - name: a\n    address: 'x:1'\n    protocol: http\n    price: 5\n"
            + (member.Length == 0 ? string.Empty : "    " + member + "\n"),
        Upstream = upstream.Url,
        Time = time,
        Node = new SimulatedLightningNode(new SimulatedNodeOptions { Time = time }),
    });

    private async Task<(string Token, string Charge)> BuyAsync(LoopbackGateway gateway)
    {
        using var answer = await SendAsync(gateway, null);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var values = answer.Headers.GetValues("WWW-Authenticate").ToArray();
        var challenge = L402Challenge.Parse(values.Take(2));
        var token = "L402 " + challenge.Macaroon + ":" + gateway.Node.Find(Bolt11Invoice.Parse(challenge.Invoice).Hash)!.Preimage.Reveal();
        var payment = Assert.Single(PaymentChallenge.ReadAll(values));
        Assert.Equal("shop", payment.Realm);
        return (token, Present(gateway, payment));
    }

    private static string Present(LoopbackGateway gateway, PaymentChallenge payment)
    {
        using var request = JsonDocument.Parse(Base64UrlText.Decode(payment.Request)!);
        var hash = PaymentHash.Parse(request.RootElement.GetProperty("methodDetails").GetProperty("paymentHash").GetString()!);
        var credential = new Dictionary<string, object>
        {
            ["challenge"] = new Dictionary<string, string> { ["id"] = payment.Id, ["realm"] = payment.Realm, ["method"] = payment.Method, ["intent"] = payment.Intent, ["request"] = payment.Request, ["expires"] = payment.Expires! },
            ["payload"] = new Dictionary<string, string> { ["preimage"] = gateway.Node.Find(hash)!.Preimage.Reveal() },
        };
        return "Payment " + Base64UrlText.Encode(JsonSerializer.SerializeToUtf8Bytes(credential));
    }

    private static async Task<int> RawStatusAsync(LoopbackGateway gateway, IEnumerable<string> lines)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, gateway.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /x HTTP/1.1\r\nHost: h\r\n" + string.Concat(lines.Select(static line => "Authorization: " + line + "\r\n")) + "Connection: close\r\n\r\n"));
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
        return int.Parse((await reader.ReadToEndAsync()).Split(' ')[1], null);
    }

    private async Task<HttpResponseMessage> SendAsync(LoopbackGateway gateway, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + "/x");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await client.SendAsync(request);
    }
}
