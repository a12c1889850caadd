using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.L402;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Servers that send a credential back where the client quotes them, over real HTTP: it is in no error and no step.</summary>
public sealed class EchoingSellerTests : IDisposable
{
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly CredentialStore store = CredentialStore.InMemory(TimeProvider.System);
    private readonly List<string> shown = [];
    private string? sent;

    public void Dispose() => store.Dispose();

    public static TheoryData<string> Forms => ["{0}", "{1}", "{2}", "{3}"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_reason_of_a_refusal(string form)
    {
        await using var server = Open(request => Reply.Problem("{\"detail\":\"no: " + Echo(request, form) + "\"}", 402), charges: true);
        using var client = CreateClient();
        var rejected = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Get(server)));

        // A reason of more than 500 characters, as with the whole header, is not quoted.
        Assert.Contains("which is good for one request" + (form is "{2}" or "{3}" ? ": no: ***" : ". "), rejected.Message);
        AssertHidden(rejected);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_target_of_a_redirect(string form)
    {
        await using var server = Open(request => Reply.Status(302, ("Location", "https://elsewhere.example.com/?c=" + Uri.EscapeDataString(Echo(request, form)))));
        using var client = CreateClient();
        using var response = await client.SendAsync(Get(server));

        Assert.Equal("https://elsewhere.example.com/?c=***", response.RedirectLocation!.Replace("L402%20", string.Empty).Replace("***%3A***", "***"));
        Assert.NotEqual(response.RedirectLocation, response.Headers["Location"][0]);
        shown.Add(response.RedirectLocation);
        AssertHidden(null);
    }

    [Theory]
    [InlineData("{0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n{0}\r\n\r\n")]
    [InlineData("HTTP/1.1 {2} OK\r\n\r\n")]
    public async Task An_answer_that_is_not_HTTP(string form)
    {
        await using var server = Open(request => Reply.Raw(Encoding.ASCII.GetBytes(Echo(request, form))));
        using var client = CreateClient();
        var failure = await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Get(server)));

        Assert.Contains("Paid: 5000 msat of purchase", failure.Message);
        AssertHidden(failure);
        AssertHidden(await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Get(server))));
    }

    [Fact]
    public async Task A_body_that_breaks_off()
    {
        await using var server = Open(request => Reply.Raw(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1z" + Echo(request, "{2}") + "\r\n")));
        using var client = CreateClient();
        using var response = await client.SendAsync(Get(server));

        AssertHidden(await Assert.ThrowsAsync<L402TransportException>(() => ResponseBody.ReadAsync(response, 1000, default)));
    }

    [Theory]
    [InlineData("Payment id=\"x\", realm=\"{0}\", method=\"lightning\", intent=\"session\", request=\"e30\"")]
    [InlineData("L402 macaroon=\"x\", invoice=\"{2}\", amount_msats=\"{2}\"")]
    [InlineData("L402 macaroon=\"{1}\", token=\"{2}\", invoice=\"lnbc1\"")]
    public async Task The_next_challenge(string form)
    {
        var echo = string.Empty;
        await using var server = new LoopbackServer(request =>
        {
            if (request.Headers.ContainsKey("authorization"))
            {
                echo = Echo(request, form);
                return Task.FromResult(Reply.Json("{}"));
            }

            return Task.FromResult(echo.Length == 0 ? Ask() : Reply.Status(402, ("WWW-Authenticate", echo)));
        });
        using var client = CreateClient();
        (await client.SendAsync(Get(server))).Dispose();

        AssertHidden(await Assert.ThrowsAnyAsync<LightningOpsException>(() => client.SendAsync(Get(server) with { ForceRefresh = true })));
    }

    [Fact]
    public async Task A_caveat_of_the_next_token()
    {
        await using var server = new LoopbackServer(request => Task.FromResult(
            request.Headers.ContainsKey("authorization") ? Reply.Status(402, ("WWW-Authenticate", Echo(request, "Basic realm=\"{2}\"")))
            : sent is { } known ? Ask("services=" + known.Split(':')[1] + ":0", known.Split(':')[1] + "_valid_until=1") : Ask()));
        using var client = CreateClient();
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Get(server)));
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Get(server) with { ForceRefresh = true }));

        Assert.Equal(DenyReasonCodes.TokenExpired, denied.Code);
        Assert.Contains("(caveat ***_valid_until=1)", denied.Message);
        AssertHidden(denied);
    }

    [Theory]
    [InlineData("https://shop.example.com/a/b?c=d", "https://shop.example.com/a/b?c=d")]
    [InlineData("the credential is not known", "the credential is not known")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    [InlineData("id 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.", "id ***.")]
    [InlineData("a\u001b[31mb", "a [31mb")]
    public void Other_text_of_a_seller_is_quoted(string text, string quoted) => Assert.Equal(quoted, SellerText.Quote(text));

    // The whole header, the token, the preimage, and the preimage in upper case.
    private string Echo(RecordedRequest request, string form)
    {
        sent = request.Headers["authorization"];
        var parts = sent["L402 ".Length..].Split(':');
        var (token, preimage) = parts.Length == 2 ? (parts[0], parts[1]) : (sent["Payment ".Length..], ReadPreimage(sent));
        return form.Replace("{0}", sent).Replace("{1}", token).Replace("{2}", preimage).Replace("{3}", preimage.ToUpperInvariant());
    }

    private static string ReadPreimage(string header)
    {
        using var document = System.Text.Json.JsonDocument.Parse(Base64UrlText.Decode(header["Payment ".Length..])!);
        return document.RootElement.GetProperty("payload").GetProperty("preimage").GetString()!;
    }

    private LoopbackServer Open(Func<RecordedRequest, Reply> answer, bool charges = false) =>
        new(request => Task.FromResult(request.Headers.ContainsKey("authorization") ? answer(request) : charges ? Charge() : Ask()));

    private Reply Ask(params string[] caveats)
    {
        var invoice = ledger.Mint(5000);
        var token = caveats.Aggregate(
            Macaroon.Mint(new byte[32], L402Identifier.Create(Bolt11Invoice.Parse(invoice).Hash, new byte[32])),
            (minted, caveat) => minted.AddCaveat(Parsed.Caveat(caveat))).ToBase64();
        return Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\""));
    }

    private Reply Charge()
    {
        var seller = new Seller(ledger) { Charges = true };
        return Reply.Status(402, ("WWW-Authenticate", seller.Answer(null).Header!.Value.Value));
    }

    private static L402Request Get(LoopbackServer server) => new() { Uri = new Uri(server.Url + "/goods") };

    private L402Client CreateClient() => new(
        new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) }, Progress = new Listener(shown) },
        new LedgerPayer(ledger),
        store);

    private void AssertHidden(LightningOpsException? failure)
    {
        var texts = shown.Append(failure?.ToString()).Append(failure?.Remedy).OfType<string>().ToArray();
        var preimage = sent!.StartsWith("L402 ", StringComparison.Ordinal) ? sent.Split(':')[1] : ReadPreimage(sent);

        // .NET quotes a chunk as the hexadecimal digits of its bytes.
        var digits = BitConverter.ToString(Encoding.ASCII.GetBytes(preimage));
        foreach (var secret in new[] { sent, sent.Split(' ')[1], sent.Split(' ')[1].Split(':')[0], preimage, digits })
        {
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase) || Uri.UnescapeDataString(text).Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private sealed class Listener(List<string> shown) : IProgress<L402Step>
    {
        public void Report(L402Step value)
        {
            lock (shown)
            {
                shown.Add(value.Text);
            }
        }
    }
}
