using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>A pause from the prompt to the next request at a gateway that really sells.</summary>
public sealed class PauseTests : IAsyncDisposable
{
    private const string Weather = "/api/weather/premium";
    private const string News = "/api/news/premium";

    private readonly ModuleSession session = new();
    private readonly LoopbackServer upstream = new(_ => Task.FromResult(Reply.Json("\"served\"")));
    private readonly HttpClient buyer = new();
    private readonly string gateway;

    public PauseTests()
    {
        const string script = "Connect-LightningOps Local -StorePath s.db; Import-LightningPaywall $paywalls | Out-Null; $g = Start-L402TestGateway -Upstream $upstream -PassThru; Sync-ApertureConfig -Gateway loopback -Force | Out-Null; $g.Url";
        gateway = session.Run(script, ("paywalls", Places.Vector("smoke/paywalls.json")), ("upstream", upstream.Url)).Text();
    }

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
        buyer.Dispose();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_global_pause_takes_effect_on_the_next_request_after_one_sync_and_so_does_its_end()
    {
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(Weather));

        var paused = session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -Force").Single();

        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(Weather));
        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(News));
        Assert.Equal(true, paused.Properties["Ok"].Value);
        Assert.Equal("Wanted", session.Run("$r.Gateways[0].Result.Serving", ("r", paused)).Text());
        session.Run("Set-L402GlobalPause -Inactive -Sync -Gateway loopback -Force").Single();
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(Weather));
    }

    [Fact]
    public async Task A_gateway_without_an_address_is_not_closed_but_the_pause_is_set_and_closes_the_others()
    {
        var outcome = session.Run("Set-L402GlobalPause -Active -Sync -Gateway ops, loopback -Force");

        var error = outcome.Error("GatewayNotClosed");
        Assert.Contains("ops is NOT CLOSED", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("OA_LIGHTNING_OPS_GATEWAY_BASE_URL", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(true, session.Run("(Get-L402SecurityState).Global.GlobalPause").Single().BaseObject);
        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(Weather));
    }

    [Fact]
    public void A_pause_asks_for_as_many_closed_routes_as_the_limit_allows_and_names_the_others()
    {
        var limited = session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -Force -ProbeLimit 1");
        session.Run("Set-L402GlobalPause -Inactive -Sync -Gateway loopback -Force").Single();
        var all = session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -Force");

        Assert.Contains(limited.Warnings, static warning => warning.Contains("was not asked for these services", StringComparison.Ordinal));
        Assert.DoesNotContain(all.Warnings, static warning => warning.Contains("was not asked", StringComparison.Ordinal));
        Assert.Equal("ProbeLimit", session.Run("Set-L402GlobalPause -Active -Force -ProbeLimit 1").Error("ConfigError").TargetObject);
    }

    [Fact]
    public async Task WhatIf_of_a_switch_prints_the_gateways_plan_and_changes_nothing()
    {
        session.Screen.Clear();
        session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -WhatIf; Set-L402OwnerKillSwitch owner_news -Active -Sync -Gateway loopback -WhatIf");

        Assert.Contains("What if: Close on loopback:", session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("2 closed", session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("1 closed", session.Screen.Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(Weather));
        Assert.Equal("False", session.Run("(Get-L402SecurityState).Global.GlobalPause").Text());
    }

    [Fact]
    public async Task Lifting_with_a_roll_out_names_what_stays_closed()
    {
        session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -Force").Single();
        session.Run("Set-L402OwnerKillSwitch owner_weather -Active -Force").Single();

        var lifted = session.Run("Set-L402GlobalPause -Inactive -Sync -Gateway loopback -Force");

        Assert.Contains(lifted.Warnings, static warning => warning.Contains("stay closed", StringComparison.Ordinal) && warning.Contains("kill switch of its owner", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(Weather));
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(News));
    }

    [Fact]
    public void The_result_of_a_stop_says_that_invoices_handed_out_before_stay_payable() =>
        Assert.Equal("Invoices handed out before the stop stay payable; their credentials open once the stop is lifted.", session.Run("(Set-L402GlobalPause -Active -Sync -Gateway loopback -Force).Note").Text());

    [Fact]
    public async Task Who_has_paid_is_refused_too_and_served_again_afterwards()
    {
        var credential = await BuyAsync();
        Assert.Equal("\"served\"", await GetAsync(credential));

        session.Run("Set-L402GlobalPause -Active -Sync -Gateway loopback -Force").Single();
        Assert.NotEqual("\"served\"", await GetAsync(credential));

        session.Run("Set-L402GlobalPause -Inactive -Sync -Gateway loopback -Force").Single();
        Assert.Equal("\"served\"", await GetAsync(credential));
    }

    [Fact]
    public async Task A_kill_switch_closes_its_owners_paywalls_and_no_other()
    {
        session.Run("Set-L402OwnerKillSwitch owner_weather -Active -Sync -Gateway loopback -Force").Single();

        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(Weather));
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(News));
    }

    [Fact]
    public async Task Without_a_sync_the_gateway_goes_on_selling()
    {
        session.Run("Set-L402GlobalPause -Active -Force").Single();
        Assert.Equal((HttpStatusCode.PaymentRequired, true), await AskAsync(Weather));

        session.Run("Sync-ApertureConfig -Gateway loopback -Force").Single();
        Assert.Equal((HttpStatusCode.BadGateway, false), await AskAsync(Weather));
    }

    [Fact]
    public async Task Who_stops_a_pause_at_the_gateway_is_told_that_it_is_set_and_the_gateway_is_not_closed()
    {
        Assert.Empty(session.Run("Invoke-LightningCompile | Export-ApertureConfig aperture.yaml").Errors);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stalled = new LoopbackServer(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(Reply.Stall);
        });
        session.Screen.Clear();
        using (var shell = session.Prepare("Set-L402GlobalPause -Active -Sync -Force -Gateway file:aperture.yaml -HealthUrl " + stalled.Url + " -ChallengeUrl " + stalled.Url))
        {
            var running = shell.BeginInvoke();
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
            shell.Stop();
            Assert.Throws<System.Management.Automation.PipelineStoppedException>(() => shell.EndInvoke(running));
        }

        Assert.Contains("The global pause IS set, but file:", session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("NOT CLOSED yet", session.Screen.Text, StringComparison.Ordinal);
        Assert.Equal("True", session.Run("(Get-L402SecurityState).Global.GlobalPause").Text());
    }

    /// <summary>Status, and whether an invoice is offered.</summary>
    private async Task<(HttpStatusCode Status, bool IsOffered)> AskAsync(string path)
    {
        using var answer = await SendAsync(path, null);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.Count > 0);
    }

    private async Task<string> GetAsync(string credential)
    {
        using var answer = await SendAsync(Weather, credential);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Pays with the gateway's wallet, and gives the credential.</summary>
    private async Task<string> BuyAsync()
    {
        using var answer = await SendAsync(Weather, null);
        var challenge = answer.Headers.WwwAuthenticate.Last().Parameter!.Split('"');
        return session.Run(
            "$a = $g.GetType().Assembly; $c = [Activator]::CreateInstance($a.GetType('LightningOps.Payments.InvoicePayment')); $c.RequestId = 'r'; $c.Invoice = $invoice; $c.Host = 'openagents.com'; "
            + "$c.MaxAmount = [Activator]::CreateInstance($a.GetType('LightningOps.Msats'), [object[]] 3000L); 'L402 ' + $macaroon + ':' + $g.Wallet.PayAsync($c, [Threading.CancellationToken]::None).Result.Preimage.Reveal()",
            ("macaroon", challenge[1]),
            ("invoice", challenge[3])).Text();
    }

    private Task<HttpResponseMessage> SendAsync(string path, string? credential)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, gateway + path);
        request.Headers.Host = "openagents.com";
        if (credential is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", credential);
        }

        return buyer.SendAsync(request);
    }
}
