using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Buying from the prompt, from a shop that asks 70 satoshis for everything.</summary>
public sealed class WebRequestTests : IAsyncDisposable
{
    private const string Token = "AgEEdG9rZW4tdGhhdC1pcy1hLXNlY3JldA";
    private readonly ModuleSession session = new();
    private readonly LoopbackServer shop;

    public WebRequestTests()
    {
        shop = new LoopbackServer(request => Task.FromResult(Answer(request)));
        session.Run("$a = @{ Payer = 'mock'; CredentialStorePath = 'c.db' }; $env:OA_LIGHTNING_OPS_MAX_SPEND_MSATS = ''");
    }

    private string Goods => shop.Url + "/goods";

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await shop.DisposeAsync();
    }

    [Fact]
    public void A_request_is_paid_once_and_served_from_then_on()
    {
        var first = Buy("-MaxSpendMsats 70000").Single();
        var second = Buy("-MaxSpendMsats 1").Single();

        Assert.Equal("200 Miss 70000 {\"goods\":1}", Told(first));
        Assert.Equal("200 Hit  {\"goods\":1}", Told(second));
        Assert.Equal(first.Properties["ProofReference"].Value, second.Properties["ProofReference"].Value);
        Assert.Equal("1", session.Run("@(Get-L402Credential -CredentialStorePath c.db).Count.ToString()").Text());
        Assert.Equal("70000", session.Run("(Get-L402Spending -CredentialStorePath c.db).SimulatedDayMsats.ToString()").Text());
    }

    [Fact]
    public void A_purchase_of_a_wallet_without_money_is_marked_and_is_no_spending()
    {
        Buy("-MaxSpendMsats 70000").Single();

        Assert.Equal("0 0 70000 0 True", session.Run("$s = Get-L402Spending -CredentialStorePath c.db; $p = Get-L402Purchase -CredentialStorePath c.db; \"$($s.HourMsats) $($s.DayMsats) $($s.SimulatedDayMsats) $($s.Hosts.Count) $($p.IsSimulated)\"").Text());
        Assert.Contains("70 sat in the last hour, 70 in the last day; not money", session.Show("Get-L402Spending -CredentialStorePath c.db"), StringComparison.Ordinal);
        Assert.Contains("(70)", session.Show("Get-L402Purchase -CredentialStorePath c.db"), StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_in_satoshis_are_in_the_json_of_a_result_a_preview_and_a_purchase()
    {
        Assert.Contains("\"maxSpendSats\":70,", session.Run("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -WhatIf | Export-Json", ("u", Goods)).Text() + ",", StringComparison.Ordinal);
        Assert.Contains("\"amountSats\":70,", session.Run("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 | Export-Json", ("u", Goods)).Text() + ",", StringComparison.Ordinal);
        Assert.Contains("\"costSats\":70,", session.Run("Get-L402Purchase -CredentialStorePath c.db | Export-Json").Text().Replace("}", ",", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-MaxSpendMsats 69999", "amount_over_cap")]
    [InlineData("-MaxSpendMsats 70000 -BlockedHost 127.0.0.1", "host_blocked")]
    [InlineData("-MaxSpendMsats 70000 -AllowedHost shop.example.com", "host_not_allowlisted")]
    public void What_the_policy_forbids_is_a_denial_and_nothing_is_paid(string parameters, string code)
    {
        var error = Buy(parameters).Error("PaymentDeniedError");

        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.StartsWith(code + ": ", error.Exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db").Output);
    }

    [Theory]
    [InlineData("nowhere/goods.json", "DirectoryNotFound")]
    [InlineData(".", "FileIsFolder")]
    public void Nothing_is_paid_for_what_could_not_be_kept(string file, string id)
    {
        Buy("-MaxSpendMsats 70000 -OutFile " + file).Error(id);

        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db").Output);
        Assert.Empty(shop.Requests);
    }

    [Fact]
    public void A_macaroon_that_is_missing_is_called_as_its_parameter()
    {
        var error = session.Run("Invoke-L402WebRequest " + shop.Url + " -MaxSpendMsats 70000 -CredentialStorePath c.db -Payer lnd:https://127.0.0.1:1").Error("ConfigError");

        Assert.Equal("LndMacaroonPath", error.TargetObject);
    }

    [Fact]
    public void What_was_bought_is_readable_in_80_columns_and_completes()
    {
        var bought = (string)Buy("-MaxSpendMsats 70000").Single().Properties["PurchaseId"].Value;

        var screen = session.Show("Get-L402Credential -CredentialStorePath c.db");
        Assert.Contains(bought, screen, StringComparison.Ordinal);
        Assert.DoesNotContain('\u2026', screen);
        foreach (var (parameter, value) in new[] { ("PurchaseId", bought), ("HostName", new Uri(shop.Url).Authority), ("Scope", "/goods") })
        {
            var line = "Get-L402Credential -CredentialStorePath c.db -" + parameter + " ";
            Assert.Equal(value, session.Run("(TabExpansion2 $line $line.Length).CompletionMatches.ListItemText", ("line", line)).Text());
        }
    }

    [Fact]
    public async Task How_a_payment_ended_is_asked_of_the_executor_that_was_to_make_it()
    {
        await using var first = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"ok\":false,\"error\":{\"code\":\"payment_pending\",\"message\":\"later\"}}", 504)));
        await using var second = new LoopbackServer();
        session.Run("$g = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru; $b = @{ Uri = $g.Url + '/api/weather/premium'; HostHeader = 'openagents.com'; MaxSpendMsats = 5000; CredentialStorePath = 'e.db' }");
        try
        {
            var begun = session.Run("Invoke-L402WebRequest @b -Payer $p", ("p", "executor:" + first.Url)).Error("PaymentPendingError");
            var asked = session.Run("Invoke-L402WebRequest @b -Payer $p", ("p", "executor:" + second.Url)).Error("PaymentPendingError");

            Assert.Contains("payment hash ", begun.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("started with wallet-executor " + new Uri(first.Url).Authority, asked.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(second.Requests);
        }
        finally
        {
            session.Run("Stop-L402TestGateway -All");
        }
    }

    [Fact]
    public void Without_any_cap_nothing_is_bought()
    {
        var error = Buy(string.Empty).Error("ConfigError");

        Assert.StartsWith("OA_LIGHTNING_OPS_MAX_SPEND_MSATS: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-MaxSpendMsats", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Requests, request => request.Headers.ContainsKey("authorization"));
    }

    [Fact]
    public void A_budget_of_the_session_holds_over_requests()
    {
        session.Run("$env:OA_LIGHTNING_OPS_HOURLY_BUDGET_MSATS = '100000'");
        try
        {
            Buy("-MaxSpendMsats 70000").Single();
            var error = session.Run("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000", ("u", shop.Url + "/other")).Error("PaymentDeniedError");

            Assert.StartsWith("budget_exceeded: ", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            session.Run("$env:OA_LIGHTNING_OPS_HOURLY_BUDGET_MSATS = ''");
        }
    }

    [Fact]
    public void A_scope_that_looks_like_a_pattern_is_found_by_its_name()
    {
        Buy("-MaxSpendMsats 70000 -Scope 'a[1]'").Single();

        Assert.Equal("a[1]", session.Run("(Get-L402Credential -CredentialStorePath c.db -Scope 'a[1]').For.Scope").Text());
        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db -Scope 'a[2]'").Output);
    }

    [Fact]
    public void WhatIf_tells_the_price_and_pays_nothing()
    {
        Assert.Contains("Pay 70000 msat (70 sat) for GET " + Goods, session.Show("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -WhatIf", ("u", Goods)), StringComparison.Ordinal);
        Assert.Contains("(amount_over_cap)", session.Show("Invoke-L402WebRequest $u @a -MaxSpendMsats 1 -WhatIf", ("u", Goods)), StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Requests, request => request.Headers.ContainsKey("authorization"));
        Assert.False(File.Exists(session.Folder.File("c.db")));
    }

    [Fact]
    public void A_credential_says_when_it_ends_or_that_this_is_not_known()
    {
        Buy("-MaxSpendMsats 70000").Single();
        Assert.Contains(", end not known", session.Show("Get-L402Credential -CredentialStorePath c.db | Format-Table | Out-String -Width 200"), StringComparison.Ordinal);
        Assert.Equal(" False | False", session.Run("$c = Get-L402Credential -CredentialStorePath c.db; $p = Get-L402Purchase -CredentialStorePath c.db; \"$($c.ValidUntil) $($c.IsEndKnown) |$($p.CredentialExpiresAt) $($p.IsExpiryKnown)\"").Text());

        session.Run("Set-Content timed.yaml $y; $g = Start-L402TestGateway timed.yaml -Upstream http://127.0.0.1:1 -PassThru", ("y", """
            services:
              - {name: a, hostregexp: '^127\.0\.0\.1', pathregexp: '^/a$', address: '127.0.0.1:1', protocol: http, price: 70, timeout: 3600}
              - {name: b, hostregexp: '^127\.0\.0\.1', pathregexp: '^/b$', address: '127.0.0.1:1', protocol: http, price: 70}
            """));
        try
        {
            session.Run("'/a', '/b' | ForEach-Object { Invoke-L402WebRequest ($g.Url + $_) -Payer simulated -CredentialStorePath d.db -MaxSpendMsats 70000 -ErrorAction Ignore }");
            Assert.Equal("True True| True", session.Run("$a, $b = Get-L402Credential -CredentialStorePath d.db | Sort-Object { $_.For.Scope }; \"$($a.ValidUntil -gt [DateTimeOffset]::Now) $($a.IsEndKnown)|$($b.ValidUntil) $($b.IsEndKnown)\"").Text());
            Assert.Matches("/a, services a:0, until 20[0-9-]{8} [0-9:]{5}Z[^/]*", session.Show("Get-L402Credential -CredentialStorePath d.db | Format-Table | Out-String -Width 200"));
            Assert.Contains("/b, services b:0, no end stated", session.Show("Get-L402Credential -CredentialStorePath d.db | Format-Table | Out-String -Width 200"), StringComparison.Ordinal);
        }
        finally
        {
            session.Run("Stop-L402TestGateway -All");
        }
    }

    [Fact]
    public void A_refusal_states_the_price_and_the_limit()
    {
        Assert.Contains("costs 70000 msat, the limit is 69999 msat", Buy("-MaxSpendMsats 69999").Error("PaymentDeniedError").Exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("nothing was sent. The price is not known, the limit 70000 msat", Buy("-MaxSpendMsats 70000 -BlockedHost 127.0.0.1").Error("PaymentDeniedError").Exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("The price is 70000 msat, the limit 80000 msat", session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db -MaxSpendMsats 80000", ("u", Goods)).Error("PaymentDeniedError").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("the price is 70000 msat", Buy(string.Empty).Error("ConfigError").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_says_that_a_credential_was_refused_and_what_a_rebuy_costs()
    {
        Buy("-MaxSpendMsats 70000").Single();
        shop.Enqueue(Reply.Status(401));
        Buy("-MaxSpendMsats 70000").Error("CredentialRejected");

        var shown = session.Show("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -WhatIf", ("u", Goods));
        Assert.Contains("already paid for, and that the server refused last time", shown, StringComparison.Ordinal);
        Assert.Contains("stored, refused last time", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Budget", shown, StringComparison.Ordinal);
        Assert.Equal("True False", session.Run("$p = Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -WhatIf; \"$($p.IsCredentialRefused) $($p.WouldPay)\"", ("u", Goods)).Text());
        Assert.Equal("True", session.Run("(Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -AllowRebuy -WhatIf).WouldPay.ToString()", ("u", Goods)).Text());
    }

    [Fact]
    public void An_answer_that_cost_nothing_shows_that_no_credential_was_sent()
    {
        shop.Enqueue(Reply.Json("{}"));

        Assert.Matches(@"Credential\s*: none sent", session.Show("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000", ("u", Goods)));
    }

    [Fact]
    public void A_body_goes_to_a_file_whole_or_not_at_all()
    {
        var saved = Buy("-MaxSpendMsats 70000 -OutFile goods.json").Single();
        Assert.Equal("{\"goods\":1}", File.ReadAllText(session.Folder.File("goods.json")));
        Assert.Null(saved.Properties["Content"].Value);

        shop.Enqueue(Reply.Truncated("{\"goods\":2"));
        Buy("-MaxSpendMsats 70000 -OutFile goods.json").Error("L402TransportError");

        Assert.Equal("{\"goods\":1}", File.ReadAllText(session.Folder.File("goods.json")));
        Assert.Equal(["c.db", "c.db.key", "goods.json"], Directory.GetFiles(session.Folder.Path).Select(Path.GetFileName).Where(name => !name!.Contains("-wal") && !name.Contains("-shm")).Order());
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(500, " -Resume")]
    public void An_error_page_does_not_replace_a_file(int status, string parameters)
    {
        Buy("-MaxSpendMsats 70000 -OutFile goods.json").Single();
        shop.Enqueue(Reply.Json("{\"error\":1}", status));

        var outcome = Buy("-MaxSpendMsats 70000 -OutFile goods.json" + parameters);

        outcome.Error("HttpStatusError");
        Assert.Equal(status + " Hit  {\"error\":1}", Told(outcome.Output.Single()));
        Assert.Equal("{\"goods\":1}", File.ReadAllText(session.Folder.File("goods.json")));
    }

    [Fact]
    public void Several_requests_and_one_file_are_refused_before_a_payment()
    {
        session.Run("Invoke-L402WebRequest $u, ($u + '/2') @a -MaxSpendMsats 70000 -OutFile goods.json", ("u", Goods)).Error("ConfigError");
        Assert.Empty(shop.Requests);

        session.Run("$u, ($u + '/2') | Invoke-L402WebRequest @a -MaxSpendMsats 70000 -OutFile goods.json", ("u", Goods)).Error("ConfigError");
        Assert.DoesNotContain(shop.Requests, request => request.Target.EndsWith("/2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_body_that_is_longer_than_allowed_leaves_the_file_as_it_was(bool isChunked)
    {
        Buy("-MaxSpendMsats 70000 -OutFile goods.json -MaxOutFileBytes 11").Single();
        shop.Enqueue(isChunked ? Reply.Chunked("{\"goods\":22}", 4) : Reply.Json("{\"goods\":22}"));

        var error = Buy("-MaxSpendMsats 70000 -OutFile goods.json -MaxOutFileBytes 11").Error("ContentTooLarge");

        Assert.Contains("-MaxOutFileBytes", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("{\"goods\":1}", File.ReadAllText(session.Folder.File("goods.json")));
        Assert.Empty(Directory.GetFiles(session.Folder.Path, "*.tmp"));
    }

    [Fact]
    public void A_body_has_to_be_there_within_a_time_limit_that_is_given()
    {
        Buy("-MaxSpendMsats 70000").Single();
        shop.Enqueue(Reply.StalledBody("{\"goods\":2}"));

        Assert.Contains("timeout", Buy("-MaxSpendMsats 70000 -TimeoutSec 1").Error("L402TransportError").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_that_is_refused_within_its_life_is_bought_again_only_where_that_is_allowed()
    {
        Buy("-MaxSpendMsats 70000").Single();
        var refusal = Answer(new RecordedRequest("GET", "/goods", new System.Collections.Generic.Dictionary<string, string>(), string.Empty));

        shop.Enqueue(refusal);
        var error = Buy("-MaxSpendMsats 70000").Error("CredentialRejected");
        shop.Enqueue(refusal);
        var again = Buy("-MaxSpendMsats 70000 -AllowRebuy").Single();

        Assert.Contains("70000 msat are lost", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-AllowRebuy", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("200 Invalid 70000 {\"goods\":1}", Told(again));
        Assert.Equal("140000", session.Run("(Get-L402Spending -CredentialStorePath c.db).SimulatedDayMsats.ToString()").Text());
    }

    [Fact]
    public void An_answer_that_nothing_has_changed_is_not_a_redirect()
    {
        shop.Enqueue(Reply.Status(304));

        var advice = Buy("-MaxSpendMsats 70000").Error("HttpStatusError").ErrorDetails.RecommendedAction;

        Assert.StartsWith("The server says that the content has not changed.", advice, StringComparison.Ordinal);
        Assert.DoesNotContain("Location", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_of_a_purchase_have_a_unit()
    {
        Buy("-MaxSpendMsats 70000").Single();

        Assert.Matches("(?m)^SpentSats +: 70\\r?$", session.Run("Get-L402Credential -CredentialStorePath c.db | Format-List | Out-String").Text());
    }

    [Fact]
    public void An_answer_that_is_no_success_is_given_and_is_an_error()
    {
        shop.Enqueue(Reply.Status(302, ("Location", "https://elsewhere.example.com/")));

        var outcome = Buy("-MaxSpendMsats 70000");

        Assert.Equal(302, outcome.Output.Single().Properties["StatusCode"].Value);
        var error = outcome.Error("HttpStatusError");
        Assert.Contains("302, a redirect to https://elsewhere.example.com/", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Redirects are not followed", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(shop.Requests);
    }

    [Fact]
    public void Without_a_wallet_only_what_was_bought_is_used()
    {
        Buy("-MaxSpendMsats 70000").Single();

        Assert.Equal("200 Hit  {\"goods\":1}", Told(session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db", ("u", Goods)).Single()));
        Assert.StartsWith("no_payer: ", session.Run("Invoke-L402WebRequest $u -CredentialStorePath c.db -MaxSpendMsats 70000", ("u", shop.Url + "/other")).Error("PaymentDeniedError").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_credential_is_used_no_more_and_what_it_cost_still_counts()
    {
        Buy("-MaxSpendMsats 70000").Single();

        Assert.Single(session.Run("Get-L402Credential -CredentialStorePath c.db | Remove-L402Credential -CredentialStorePath c.db -WhatIf; Get-L402Credential -CredentialStorePath c.db").Output);
        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db | Remove-L402Credential -CredentialStorePath c.db -Confirm:$false; Get-L402Credential -CredentialStorePath c.db").Output);
        Assert.Equal("70000", session.Run("(Get-L402Spending -CredentialStorePath c.db).SimulatedDayMsats.ToString()").Text());
        session.Run("Remove-L402Credential pur_none -CredentialStorePath c.db -Confirm:$false").Error("CredentialNotFound");
    }

    [Fact]
    public void A_number_of_seconds_is_a_time_to_live()
    {
        Buy("-MaxSpendMsats 70000").Single();

        Assert.Equal("Hit", session.Run("(Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -CacheTtl 3600).CacheStatus.ToString()", ("u", Goods)).Text());
        Assert.Equal("Stale", session.Run("(Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -CacheTtl ([timespan]::FromTicks(1))).CacheStatus.ToString()", ("u", Goods)).Text());
    }

    [Fact]
    public void Ctrl_C_stops_a_request_in_flight()
    {
        using var slow = session.Prepare("Invoke-L402WebRequest '" + Goods + "' @a -MaxSpendMsats 70000");
        shop.Enqueue(Reply.Stall);
        var running = slow.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => shop.Requests.Count > 0, TimeSpan.FromMinutes(1)));

        slow.Stop();

        Assert.True(running.IsCompleted);
        Assert.Equal(PSInvocationState.Stopped, slow.InvocationStateInfo.State);
    }

    [Fact]
    public void No_stream_and_no_file_shows_a_token_or_a_preimage()
    {
        var all = session.Run(
            "$DebugPreference = 'Continue'; $VerbosePreference = 'Continue'; & { Invoke-L402WebRequest $u @a -MaxSpendMsats 70000; Invoke-L402WebRequest $u @a -MaxSpendMsats 70000; "
            + "Get-L402Credential -CredentialStorePath c.db; Get-L402Spending -CredentialStorePath c.db; Invoke-L402WebRequest ($u + '2') @a } *>&1 | ForEach-Object { \"$_\" }",
            ("u", Goods));
        var shown = session.Show("Invoke-L402WebRequest $u @a -MaxSpendMsats 70000 -Verbose; Get-L402Credential -CredentialStorePath c.db", ("u", Goods));
        var preimage = shop.Requests.Select(request => request.Headers.TryGetValue("authorization", out var value) ? value : null).First(value => value is not null)!.Split(':')[1];

        var text = string.Join('\n', all.Output) + shown + string.Join('\n', all.Errors.Select(error => error + error.Exception.ToString()));
        Assert.Contains("preimage:" + preimage[..16], text, StringComparison.Ordinal);
        Assert.DoesNotContain(preimage[..24], text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(session.Folder.Path))
        {
            var bytes = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.DoesNotContain(Token, bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(preimage, bytes, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task An_answer_that_is_compressed_unasked_is_read_as_what_it_holds()
    {
        var head = (await File.ReadAllTextAsync(Places.Vector("findings/22-gzip-without-asking.http"))).Split("\n\n")[0].Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        using var body = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync("{\"goods\":\"e\"}"u8.ToArray());
        }

        await using var store = new LoopbackServer(_ => Task.FromResult(Reply.Raw([.. Encoding.ASCII.GetBytes(head + "\r\nContent-Length: " + body.Length + "\r\nConnection: close\r\n\r\n"), .. body.ToArray()])));

        var answer = session.Run("Invoke-L402WebRequest $u @a -MaxSpendMsats 1", ("u", store.Url + "/goods")).Single();

        Assert.Equal("{\"goods\":\"e\"}", answer.Properties["Content"].Value);
    }

    [Theory]
    [InlineData("", "^LightningOps/[0-9]+\\.[0-9]+\\.[0-9]+")]
    [InlineData("-Headers @{ 'User-Agent' = 'mine/1' }", "^mine/1$")]
    public void Each_request_says_who_sends_it_before_and_after_the_payment_unless_headers_say_otherwise(string parameters, string expected)
    {
        Buy("-MaxSpendMsats 70000 " + parameters).Single();

        Assert.True(shop.Requests.Count >= 2);
        Assert.All(shop.Requests, request => Assert.Matches(expected, request.Headers["user-agent"]));
    }

    private static Reply Answer(RecordedRequest request) =>
        request.Headers.TryGetValue("authorization", out var credential) && credential.StartsWith("L402 " + Token + ":", StringComparison.Ordinal)
            ? Reply.Json("{\"goods\":1}")
            : Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"" + Token + "\", invoice=\"mock_" + Guid.NewGuid().ToString("N") + "\", amount_msats=70000"));

    private static string Told(PSObject result) =>
        string.Join(' ', new[] { "StatusCode", "CacheStatus", "AmountMsats", "Content" }.Select(name => result.Properties[name].Value));

    private PipelineOutcome Buy(string parameters) => session.Run("Invoke-L402WebRequest $u @a " + parameters, ("u", Goods));
}
