using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ProtocolTests : IDisposable
{
    // vectors/bolt11.json and vectors/macaroons.json.
    private const string Invoice = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";
    private const string Token = "AgEEbHNhdAJCAADIu2a4INjfu037SYN2AJp+O5itlpP62wFWxlxmjo/drMTYNEyRb7TGmVqXbenNGyleK9DM/CMwEqLazgGQLlZAAAAGICYUXgJVbVoxOgsGvIZgyqBHt1qlh05OzDAhs6MDbJOE";
    private const string RootKey = "d8079e86059e79a429893dd462d23a3c61b0df021341cec8a911c44d7fb36363";
    private const string Proof = "8c1455c1ec19a9df00f5c75d37cdac68e2703e11996fae2b87580363c9484b30";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("ConvertFrom-Bolt11 $i")]
    [InlineData("$i | ConvertFrom-Bolt11")]
    [InlineData("[pscustomobject]@{ Invoice = $i } | ConvertFrom-Bolt11")]
    [InlineData("\" lightning:$i \" | ConvertFrom-Bolt11")]
    public void An_invoice_is_decoded_by_value_and_by_name(string script) =>
        Assert.Equal("Mainnet 250000 250000000 2017-06-01", session.Run("$r = " + script + "; \"$($r.Network) $($r.AmountSats) $($r.Amount) $($r.CreatedAt.ToString('yyyy-MM-dd'))\"", ("i", Invoice)).Text());

    [Fact]
    public void An_invoice_that_does_not_decode_is_an_error_and_the_next_is_decoded()
    {
        var outcome = session.Run("'junk', $i | ConvertFrom-Bolt11", ("i", Invoice));

        Assert.Single(outcome.Output);
        Assert.Equal((ErrorCategory.InvalidData, (object)"junk"), (outcome.Error("InvoiceDecodeError").CategoryInfo.Category, outcome.Errors[0].TargetObject));
    }

    [Fact]
    public void An_invoice_is_shown_with_its_amount_and_dates()
    {
        var shown = session.Show("ConvertFrom-Bolt11 $i", ("i", Invoice));

        Assert.Contains("250000 sat (250000000 msat)", shown, StringComparison.Ordinal);
        Assert.Contains("2017-06-01 10:58:38 UTC, expired", shown, StringComparison.Ordinal);
        Assert.Contains("verified", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$t")]
    [InlineData("\"Authorization: L402 ${t}:$p\"")]
    [InlineData("\"WWW-Authenticate: LSAT macaroon=`\"$t`\", invoice=`\"$i`\"\"")]
    public void A_token_is_decoded_and_not_shown(string text)
    {
        var variables = new (string, object?)[] { ("t", Token), ("p", Proof), ("i", Invoice), ("k", RootKey) };

        Assert.Equal("0 True", session.Run("$r = " + text + " | ConvertFrom-L402Token -RootKey $k; \"$($r.Version) $($r.IsVerified)\"", variables).Text());
        foreach (var script in new[] { "| ConvertFrom-L402Token -RootKey $k", "| ConvertFrom-L402Token | ForEach-Object { $_.PSObject.Properties | ForEach-Object { \"$($_.Name) $($_.Value)\" } }", "| ConvertFrom-L402Token -Verbose | Export-Json" })
        {
            var shown = session.Show(text + script, variables);
            Assert.DoesNotContain(Proof, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Token[^30..], shown.Replace("\n", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_root_key_is_taken_as_SecureString_too() =>
        Assert.Equal("False", session.Run("(ConvertFrom-L402Token $t -RootKey ([System.Net.NetworkCredential]::new('', '0' * 64).SecurePassword)).IsVerified.ToString()", ("t", Token)).Text());

    [Fact]
    public void A_token_that_cannot_be_read_is_not_repeated_in_the_error()
    {
        var error = session.Run("ConvertFrom-L402Token \"L402 ${t}x:00\"", ("t", Token)).Error("AuthorizationParseError");

        Assert.DoesNotContain(Token[..20], error.ToString() + error.TargetObject + error.Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_is_told_and_its_invoice_can_be_piped_on()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"" + Token + "\", invoice=\"" + Invoice + "\""))));

        var report = session.Run("Get-L402Challenge -Uri " + server.Url + "/a -MaxSpendMsats 250000000 -Method POST -Body '{}' -Headers @{ 'x-a' = 'b' } -HostHeader shop.example.com").Single();

        Assert.Equal((250_000m, false, "token_not_of_invoice"), (report.Properties["AmountSats"].Value, report.Properties["IsPayable"].Value, report.Properties["DenyReasonCode"].Value));
        var sent = server.Requests[^1];
        Assert.Equal(("POST", "{}", "application/json", "b", "shop.example.com"), (sent.Method, sent.Body, sent.Headers["content-type"], sent.Headers["x-a"], sent.Headers["host"]));
        Assert.Equal("Mainnet", session.Run("(Get-L402Challenge " + server.Url + " | ConvertFrom-Bolt11).Network.ToString()").Text());
        var shown = session.Show("Get-L402Challenge " + server.Url);
        Assert.Contains("belongs to ANOTHER invoice", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Token[..20], shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_a_challenge_is_an_error_of_that_address()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(301, ("Location", "/b"))));

        var error = session.Run("Get-L402Challenge " + server.Url + "/a").Error("NoChallengeError");

        Assert.Contains("redirect", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_address_that_is_gone_is_told_as_gone_for_good()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(410)));
        const string Shop = " -CredentialStorePath c.db -Payer mock -MaxSpendMsats 1000";

        foreach (var command in new[] { "Get-L402Challenge " + server.Url + "/a", "Invoke-L402WebRequest " + server.Url + "/a" + Shop, "Get-LightningPaywall -Mode Api", "Test-ApertureDrift -Mode Mock -Gateway ops:" + server.Url })
        {
            var error = session.Run("Connect-LightningOps Api -ApiBaseUrl " + server.Url + " -Secret (ConvertTo-SecureString s -AsPlainText -Force); " + command).Error("AddressGone");

            Assert.Contains("gone for good", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_server_that_is_down_is_a_connection_error()
    {
        var unreached = session.Run("Get-L402Challenge http://127.0.0.1:1/").Error("L402TransportError");
        Assert.Equal((ErrorCategory.ConnectionError, "Check the address and try again."), (unreached.CategoryInfo.Category, unreached.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public void Methods_complete() =>
        Assert.Equal("POST PUT PATCH", session.Run("$s = 'Get-L402Challenge http://a -Method P'; (TabExpansion2 $s $s.Length).CompletionMatches.CompletionText -join ' '").Text());
}
