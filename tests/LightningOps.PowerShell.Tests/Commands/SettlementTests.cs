using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class SettlementTests : IDisposable
{
    private const string Local = " -Mode Local -StorePath s.db";

    private readonly ModuleSession session = new();

    public SettlementTests()
    {
        var proof = new string('a', 64);
        File.WriteAllLines(
            session.Folder.File("events.jsonl"),
            [
                "{\"invoiceId\":\"inv_1\",\"paywallId\":\"pw_a\",\"ownerId\":\"owner\",\"amountMsats\":2500,\"status\":\"open\"}",
                "{\"settlementId\":\"set_1\",\"invoiceId\":\"inv_1\",\"paywallId\":\"pw_a\",\"ownerId\":\"owner\",\"amountMsats\":2500,\"paymentHash\":\"ab\",\"paymentProofValue\":\"" + proof + "\"}",
                "{\"settlementId\":\"set_2\",\"paywallId\":\"pw_b\",\"ownerId\":\"owner\",\"amountMsats\":7000,\"paymentProofValue\":\"" + new string('b', 64) + "\"}",
                "{\"invoiceId\":\"inv_2\",\"paywallId\":\"pw_b\",\"ownerId\":\"owner\",\"amountMsats\":1,\"status\":\"expired\"}",
            ]);
        File.WriteAllLines(session.Folder.File("bad.jsonl"), [File.ReadAllLines(session.Folder.File("events.jsonl"))[0], "nonsense", "{\"settlementId\":\"set_9\",\"paymentProofValue\":\"" + proof + "\"}"]);
    }

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Import-L402Settlement events.jsonl")]
    [InlineData("[IO.File]::ReadAllLines(\"$PWD/events.jsonl\") | Import-L402Settlement -BatchSize 3")]
    [InlineData("@{ invoiceId = 'inv_1'; status = 'open'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1 }, @{ invoiceId = 'inv_2'; status = 'open'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1 }, [pscustomobject] @{ settlementId = 'set_1'; paywallId = 'p'; ownerId = 'o'; amountMsats = 2500; paymentProofValue = 'a' * 64 }, [pscustomobject] @{ settlementId = 'set_2'; paywallId = 'p'; ownerId = 'o'; amountMsats = 7000L; paymentProofValue = 'b' * 64 } | Import-L402Settlement")]
    [InlineData("Import-L402Settlement -InputObject ([IO.File]::ReadAllLines(\"$PWD/events.jsonl\"))")]
    [InlineData("[IO.FileInfo]::new(\"$PWD/events.jsonl\") | Import-L402Settlement")]
    public void A_file_and_the_pipeline_are_imported(string script)
    {
        var result = session.Run(script + Local).Single();

        Assert.Equal("True 4 2 2 0 9.5", session.Run("\"$($r.Ok) $($r.Processed) $($r.SettlementsNew) $($r.CorrelationRefs.Count) $($r.RejectedCount) $($r.AmountSats)\"", ("r", result)).Text());
        Assert.Equal("0 2", session.Run("$r = " + script + Local + "; \"$($r.SettlementsNew) $($r.SettlementsExisting)\"").Text());
    }

    [Fact]
    public void Bad_lines_are_errors_with_their_places_and_the_others_are_taken()
    {
        var outcome = session.Run("Import-L402Settlement bad.jsonl" + Local);

        Assert.Equal(["ControlPlaneDecodeError", "ControlPlaneDecodeError"], outcome.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal("bad.jsonl, line 2: byte 2 is not valid JSON", outcome.Errors[0].ToString());
        Assert.Equal("bad.jsonl, line 3 (set_9): paywallId is missing", outcome.Errors[1].ToString());
        Assert.DoesNotContain("aaaaaaaaaaaaaaaaaaaaaaaaa", string.Concat(outcome.Errors.Select(static error => error.ToString() + error.Exception)), StringComparison.Ordinal);
        var result = Assert.Single(outcome.Output);
        Assert.Equal((false, 1L, 2L), (result.Properties["Ok"].Value, result.Properties["Processed"].Value, result.Properties["RejectedCount"].Value));
    }

    [Fact]
    public void Things_in_the_pipeline_that_are_no_events_are_errors_with_their_places()
    {
        var outcome = session.Run("1, $null, '', 'x', ([DateTime]::Now), @{ invoiceId = 'i'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1; status = 'open' } | Import-L402Settlement" + Local);

        Assert.Equal(["line 1:", "line 2:", "line 4:", "line 5:"], outcome.Errors.Select(static error => error.ToString().Split(", ")[1][..7]));
        Assert.Equal(1L, Assert.Single(outcome.Output).Properties["Processed"].Value);
    }

    [Fact]
    public void PassThru_gives_the_settlements()
    {
        var outcome = session.Run("Import-L402Settlement events.jsonl -PassThru" + Local);

        Assert.Empty(outcome.Errors);
        Assert.Equal(["set_1", "set_2"], outcome.Output.Select(static settlement => settlement.Properties["SettlementId"].Value));
        Assert.All(session.Run("Import-L402Settlement events.jsonl -PassThru" + Local).Output, static settlement => Assert.Equal(true, settlement.Properties["Existed"].Value));
    }

    [Theory]
    [InlineData("Import-L402Settlement events.jsonl -WhatIf")]
    [InlineData("[IO.File]::ReadAllLines(\"$PWD/events.jsonl\") | Import-L402Settlement -WhatIf -BatchSize 1")]
    public void WhatIf_counts_and_makes_no_store(string script)
    {
        Assert.Equal("True True 4 2 0 9.5", session.Run("$r = " + script + Local + "; \"$($r.Ok) $($r.IsPreview) $($r.Processed) $($r.SettlementsNew) $($r.SettlementsExisting) $($r.AmountSats)\"").Text());
        Assert.False(File.Exists(session.Folder.File("s.db")));
        session.Run("Import-L402Settlement events.jsonl" + Local);
        Assert.Equal("0 2", session.Run("$r = " + script + Local + "; \"$($r.SettlementsNew) $($r.SettlementsExisting)\"").Text());
    }

    [Fact]
    public void An_import_shows_a_percentage_of_its_file()
    {
        using var shell = session.Prepare("Import-L402Settlement events.jsonl -BatchSize 1 -Mode Local -StorePath p.db");

        shell.Invoke();

        var percentages = shell.Streams.Progress.Where(record => record.RecordType == System.Management.Automation.ProgressRecordType.Processing).Select(record => record.PercentComplete).ToArray();
        Assert.True(percentages.Length > 1);
        Assert.All(percentages, percentage => Assert.InRange(percentage, 1, 100));
        Assert.Equal(percentages.Order(), percentages);
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, shell.Streams.Progress[^1].RecordType);
    }

    [Fact]
    public void All_settlements_and_invoices_are_listed_by_default()
    {
        File.WriteAllLines(
            session.Folder.File("many.jsonl"),
            Enumerable.Range(0, 130).Select(static i => "{\"settlementId\":\"set_" + i + "\",\"invoiceId\":\"inv_" + i + "\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":1000,\"paymentProofValue\":\"" + i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture) + "\"}"));
        session.Run("Import-L402Settlement many.jsonl" + Local);

        Assert.Equal("130 130 7", session.Run("\"$(@(Get-L402Settlement" + Local + ").Count) $(@(Get-L402Invoice" + Local + ").Count) $(@(Get-L402Settlement -First 7" + Local + ").Count)\"").Text());
    }

    [Theory]
    [InlineData("Get-L402Settlement", "set_2,set_1")]
    [InlineData("Get-L402Settlement set_1", "set_1")]
    [InlineData("Get-L402Settlement -PaywallId pw_b", "set_2")]
    [InlineData("Get-L402Settlement -OwnerId owner -First 1", "set_2")]
    [InlineData("Get-L402Settlement -OwnerId nobody", "")]
    [InlineData("Get-L402Settlement -InvoiceId inv_1", "set_1")]
    [InlineData("Get-L402Settlement -PaymentHash ab", "set_1")]
    [InlineData("Get-L402Settlement -Since ([DateTime]::Now).AddMinutes(-5) -Until ([DateTime]::Now).AddMinutes(5)", "set_2,set_1")]
    [InlineData("Get-L402Settlement -Until ([DateTime]::Now).AddMinutes(-5)", "")]
    public void Settlements_are_chosen(string script, string ids)
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        Assert.Equal(ids, string.Join(',', session.Run(script + Local + " | ForEach-Object SettlementId").Output.Select(static id => id.ToString())));
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void A_date_is_the_same_day_in_every_calendar(string culture)
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal("2 0 0 2", session.Run("$l = @{ Mode = 'Local'; StorePath = 's.db' }; @('Get-L402Settlement -Since 2020-01-02', 'Get-L402Settlement -Until 2020-01-02T10:00Z', 'Get-L402Settlement -Since 2200-01-02', 'Get-L402Invoice -Until 2200-01-02').ForEach({ @([scriptblock]::Create($_ + ' @l').InvokeReturnAsIs()).Count }) -join ' '").Text());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("Get-L402Invoice", "inv_2,inv_1")]
    [InlineData("Get-L402Invoice -Status Settled", "inv_1")]
    [InlineData("Get-L402Invoice -PaywallId pw_b -Status Expired", "inv_2")]
    [InlineData("Get-L402Invoice -PaymentHash ab", "inv_1")]
    [InlineData("Get-L402Invoice -Since ([DateTime]::Now).AddMinutes(5)", "")]
    [InlineData("Get-L402Settlement set_1 -Mode Local -StorePath s.db | Get-L402Invoice", "inv_1")]
    public void Invoices_are_chosen(string script, string ids)
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        Assert.Equal(ids, string.Join(',', session.Run(script + Local + " | ForEach-Object InvoiceId").Output.Select(static id => id.ToString())));
    }

    [Fact]
    public void Amounts_are_shown_in_satoshis_and_times_as_dates()
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        Assert.Equal("2.5 True 2.5 True", session.Run("$s = Get-L402Settlement set_1" + Local + "; $i = Get-L402Invoice inv_1" + Local + "; \"$($s.AmountSats) $($s.CreatedAt -is [DateTimeOffset]) $($i.AmountSats) $($i.SettledAt -gt ([DateTime]::Now).AddMinutes(-5))\"").Text());
    }

    [Theory]
    [InlineData("Import-L402Settlement events.jsonl", "2 new (9.5 sats), 0 known", "Rejected : none")]
    [InlineData("Import-L402Settlement events.jsonl -PassThru", "False 2.5 pw_a", "set_2")]
    [InlineData("Import-L402Settlement events.jsonl | Out-Null; Get-L402Settlement", "UTC", "2.5 pw_a", "set_1")]
    [InlineData("Import-L402Settlement events.jsonl | Out-Null; Get-L402Invoice", "Settled 2.5 pw_a", "inv_1")]
    [InlineData("Invoke-L402Smoke Settlement", "set_smoke_", "(known)", "Failure : none")]
    public void What_is_shown_fits_a_screen_of_80_columns(string script, params string[] read)
    {
        var screen = session.Show(script.Replace(" |", Local + " |", StringComparison.Ordinal) + Local);

        Assert.All(screen.Split('\n'), static line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain('\u2026', screen);
        Assert.All(read, text => Assert.Contains(Joined(text), Joined(screen), StringComparison.Ordinal));

        static string Joined(string text) => string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter)));
    }

    [Fact]
    public void An_invoice_that_is_only_reported_settled_is_not_shown_as_unpaid()
    {
        session.Run("@{ invoiceId = 'i'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1; status = 'settled'; paymentHash = 'ef' } | Import-L402Settlement" + Local);

        Assert.Contains("reported, but no settlement is recorded", session.Show("Find-L402Sale -PaymentHash ef" + Local), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-L402Settlement set_none", "SettlementNotFound")]
    [InlineData("Get-L402Invoice inv_none", "InvoiceNotFound")]
    [InlineData("Import-L402Settlement none.jsonl", "FileNotFound")]
    [InlineData("Import-L402Settlement -Gateway file:a.yaml", "ConfigError")]
    public void What_is_not_there_is_an_error(string script, string id)
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        session.Run(script + Local).Error(id);
    }

    [Theory]
    [InlineData("Get-L402Settlement")]
    [InlineData("Get-L402Invoice")]
    public void A_hosted_control_plane_does_not_tell_its_books(string command) =>
        Assert.Equal("Mode", session.Run("$s = [securestring]::new(); $s.AppendChar('x'); Connect-LightningOps Api -ApiBaseUrl https://ops.example -Secret $s; " + command).Error("ConfigError").TargetObject);

    [Theory]
    [InlineData("Get-L402Settlement -Mode Local -StorePath s.db -SettlementId set_", "set_1,set_2")]
    [InlineData("Get-L402Invoice -Mode Local -StorePath s.db -InvoiceId inv_", "inv_1,inv_2")]
    [InlineData("Get-L402Invoice -Status S", "Settled")]
    public void Values_complete(string typed, string values)
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        var matches = session.Run("[Management.Automation.CommandCompletion]::CompleteInput($typed, $typed.Length, $null).CompletionMatches.CompletionText", ("typed", typed));

        Assert.Equal(values, string.Join(',', matches.Output.Select(static match => match.ToString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Stopping_says_how_far_it_came_and_leaves_whole_batches()
    {
        File.WriteAllLines(
            session.Folder.File("many.jsonl"),
            Enumerable.Range(0, 400_000).Select(static i => "{\"invoiceId\":\"inv_" + i + "\",\"paywallId\":\"pw\",\"ownerId\":\"o\",\"amountMsats\":1,\"status\":\"open\"}"));
        using (var shell = session.Prepare("Import-L402Settlement many.jsonl -BatchSize 500" + Local))
        {
            var progress = new TaskCompletionSource();
            shell.Streams.Progress.DataAdded += (_, _) => progress.TrySetResult();
            var running = shell.BeginInvoke();
            await progress.Task;
            shell.Stop();
            await Task.WhenAny(Task.Factory.FromAsync(running, static _ => { }), Task.Delay(TimeSpan.FromMinutes(2)));
            Assert.True(running.IsCompleted);
        }

        Assert.Contains("The import of many.jsonl was stopped after ", session.Screen.Text, StringComparison.Ordinal);
        var stored = (int)session.Run("@(Get-L402Invoice -First 1000000" + Local + ").Count").Single().BaseObject;
        Assert.InRange(stored, 500, 399_500);
        Assert.Equal(0, stored % 500);
        Assert.Contains("after " + stored + " events", session.Screen.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_plane_that_refuses_the_secret_ends_the_import_and_what_was_not_sent_is_told()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"error\":{\"code\":\"invalid_ops_secret\",\"message\":\"no\"}}", 401)));
        var outcome = session.Run("$s = [securestring]::new(); $s.AppendChar('x'); Connect-LightningOps Api -ApiBaseUrl " + server.Url + " -Secret $s; Import-L402Settlement events.jsonl -Concurrency 1");

        Assert.Equal(["ControlPlaneTransportError", "not_sent", "not_sent", "not_sent", "SettlementImportStopped"], outcome.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(server.Requests);
        Assert.Equal((false, 4L), (Assert.Single(outcome.Output).Properties["Ok"].Value, outcome.Output[0].Properties["RejectedCount"].Value));
    }

    [Fact]
    public async Task The_transactions_of_an_Aperture_are_imported_and_the_next_import_goes_on_there()
    {
        var hash = new string('c', 64);
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json(
            "{\"transactions\":[{\"id\":2,\"token_id\":\"\",\"payment_hash\":\"" + new string('d', 64) + "\",\"service_name\":\"mine\",\"price_sats\":\"9\",\"state\":\"settled\",\"created_at\":\"2026-03-01T10:00:00Z\",\"settled_at\":\"2026-03-02T10:00:00Z\"},"
            + "{\"id\":1,\"token_id\":\"ab\",\"payment_hash\":\"" + hash + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"3\",\"state\":\"settled\",\"created_at\":\"2026-03-01T09:00:00Z\",\"settled_at\":\"2026-03-03T11:22:33Z\"}],\"total_count\":\"2\"}")));
        session.Folder.WriteSecret("admin.macaroon", [2, 2, 0xAB]);
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");
        var import = "Import-L402Settlement -Gateway admin:" + server.Url + " -MacaroonPath admin.macaroon" + Local;

        var unknown = session.Run(import);
        var first = session.Run(import + " -ExcludeService mine*").Single();
        var second = session.Run(import + " -ExcludeService mine*").Single();

        var error = unknown.Error("unknown_service");
        Assert.Equal("aperture:" + server.Url + ", transaction 2: it is of service mine, which belongs to no paywall", error.ToString());
        Assert.Equal("ObjectNotFound", error.CategoryInfo.Category.ToString());
        Assert.Equal("True 1 1 0", session.Run("\"$($r.Ok) $($r.Skipped) $($r.SettlementsExisting) $($r.RejectedCount)\"", ("r", first)).Text());
        Assert.Equal("set_" + hash + " 3000 03/03/2026 11:22:33", session.Run("$s = Get-L402Settlement" + Local + "; \"$($s.SettlementId) $($s.AmountMsats) $($s.CreatedAt.UtcDateTime)\"").Text());
        Assert.All(server.Requests, static request => Assert.Equal("0202ab", request.Headers["grpc-metadata-macaroon"]));
        Assert.Equal("/api/admin/info", server.Requests[0].Target);
        var lists = server.Requests.Select(static request => request.Target).Where(static target => target.Contains("/transactions", StringComparison.Ordinal)).ToArray();
        Assert.StartsWith("/api/admin/transactions?state=settled&start_date=1970-01-01T00:00:00Z&end_date=", lists[0], StringComparison.Ordinal);
        Assert.EndsWith("&limit=1000&offset=0", lists[0], StringComparison.Ordinal);
        Assert.Contains("start_date=2026-03-02T09:50:00Z", lists[1], StringComparison.Ordinal);
        Assert.Contains("start_date=2026-03-03T11:12:33Z", lists[2], StringComparison.Ordinal);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task The_transactions_of_a_file_come_from_its_own_admin_API()
    {
        var hash = new string('c', 64);
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json(
            "{\"transactions\":[{\"id\":1,\"token_id\":\"ab\",\"payment_hash\":\"" + hash + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"3\",\"state\":\"settled\",\"created_at\":\"2026-03-01T09:00:00Z\",\"settled_at\":\"2026-03-03T11:22:33Z\"}],\"total_count\":\"1\"}")));
        session.Folder.WriteSecret("admin.macaroon", [2, 2, 0xAB]);
        File.WriteAllText(session.Folder.File("a.yaml"), "listenaddr: '" + new Uri(server.Url).Authority + "'\ninsecure: true\nadmin:\n  enabled: true\n  macaroonpath: '" + session.Folder.File("admin.macaroon") + "'\nservices: []\n");
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");

        var imported = session.Run("Import-L402Settlement -Gateway file:a.yaml" + Local);

        Assert.Empty(imported.Errors);
        Assert.Equal("set_" + hash, session.Run("(Get-L402Settlement" + Local + ").SettlementId").Text());
        Assert.All(server.Requests, static request => Assert.Equal("0202ab", request.Headers["grpc-metadata-macaroon"]));
        Assert.Equal("/api/admin/info", server.Requests[0].Target);
    }

    [Theory]
    [InlineData("listenaddr: 'localhost:8081'\nservices: []\n", "over its admin API only, and admin.enabled of ")]
    [InlineData("admin: {enabled: false, macaroonpath: /m}\n", "over its admin API only, and admin.enabled of ")]
    [InlineData(null, "cannot be read")]
    public void A_file_without_an_admin_API_says_that_only_this_lists_sales(string? yaml, string reason)
    {
        if (yaml is not null)
        {
            File.WriteAllText(session.Folder.File("a.yaml"), yaml);
        }

        var error = session.Run("Import-L402Settlement -Gateway file:a.yaml" + Local).Error("ConfigError");

        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(yaml is null ? "Check the path" : "admin.macaroonpath", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Revenue_is_added_up_by_paywall()
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        Assert.Equal(
            "pw_a 1 2500 0 0 , pw_b 1 7000 0 1 0.5",
            session.Run("(Get-L402Revenue Paywall" + Local + " | ForEach-Object { \"$($_.PaywallId) $($_.Settled) $($_.SettledMsats) $($_.Open) $($_.Expired) $($_.Conversion)\" }) -join ', '").Text());
        Assert.Equal("2 9500", session.Run("$r = Get-L402Revenue -OwnerId owner" + Local + "; \"$($r.Settled) $($r.SettledMsats)\"").Text());
        Assert.Empty(session.Run("Get-L402Revenue Day, Service -Until ([DateTime]::Now).AddDays(-5)" + Local).Output);
    }

    [Fact]
    public void A_sale_is_found_by_its_preimage_which_is_shown_nowhere()
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        var found = session.Run("Find-L402Sale -Preimage ('b' * 64)" + Local);
        var other = session.Run("Find-L402Sale -Preimage ('c' * 64)" + Local);

        Assert.Equal("True set_2 pw_b owner 7000 True", session.Run("\"$($r.IsSettled) $($r.SettlementId) $($r.PaywallId) $($r.OwnerId) $($r.AmountMsats) $($r.IsPreimageProven)\"", ("r", found.Single())).Text());
        Assert.Equal("set_2", session.Run("(Get-L402Settlement set_2" + Local + " | Find-L402Sale" + Local + ").SettlementId").Text());
        Assert.Equal("The books hold no sale of this preimage.", other.Error("SaleNotFound").ToString());
        Assert.DoesNotContain(new string('c', 64), string.Concat(other.Errors.Select(static error => error + " " + error.TargetObject)), StringComparison.Ordinal);
        session.Run("Find-L402Sale -TokenId ab" + Local).Error("SaleNotFound");
        session.Run("Find-L402Sale -PaymentHash ab" + Local + " -OutVariable x").Single();
        Assert.Contains("is not a BOLT 11 invoice", session.Run("Find-L402Sale -Invoice lnbc1x" + Local).Error("ConfigError").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Export-Csv books.csv; Import-Csv books.csv |")]
    [InlineData("Export-Json -Path books.json; Get-Item books.json |")]
    [InlineData("Export-Json |")]
    [InlineData("ConvertTo-Json -Depth 5 | Set-Content books.json; Get-Item books.json |")]
    [InlineData("ConvertTo-Json -Depth 5 |")]
    [InlineData("ForEach-Object { ConvertTo-Json $_ -Compress -Depth 5 } |")]
    [InlineData("ForEach-Object { ConvertTo-Json $_ -Depth 5 | ConvertFrom-Json } |")]
    [InlineData("ForEach-Object { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_, 1)) } |")]
    public void Books_that_left_the_module_come_back(string journey)
    {
        File.AppendAllText(session.Folder.File("events.jsonl"), "{\"settlementId\":\"set_3\",\"invoiceId\":\"inv_3\",\"paywallId\":\"pw_b\",\"ownerId\":\"owner\",\"amountMsats\":3,\"metadata\":{\"a\":[1]},\"settledAtMs\":1793500000123,\"paymentProofValue\":\"" + new string('c', 64) + "\"}");
        session.Run("Import-L402Settlement events.jsonl" + Local);
        var books = "((Get-L402Invoice -Mode Local -StorePath X | Sort-Object InvoiceId | ForEach-Object { $_.InvoiceId + $_.Status + $_.AmountMsats + $_.SettledAtMs }) + (Get-L402Settlement -Mode Local -StorePath X | Sort-Object SettlementId | Export-Json)) -join ' '";

        foreach (var command in (string[])["Get-L402Settlement", "Get-L402Invoice"])
        {
            Assert.Empty(session.Run(command + Local + " | " + journey + " Import-L402Settlement -Mode Local -StorePath other.db").Errors);
        }

        Assert.Equal(session.Run(books.Replace("X", "s.db", StringComparison.Ordinal)).Text(), session.Run(books.Replace("X", "other.db", StringComparison.Ordinal)).Text());
    }

    [Fact]
    public void Own_checks_are_marked_in_the_tables_and_no_revenue()
    {
        File.WriteAllText(
            session.Folder.File("own.jsonl"),
            "{\"settlementId\":\"set_8\",\"paywallId\":\"pw_a\",\"ownerId\":\"owner\",\"amountMsats\":7000,\"paymentProofRef\":\"lightning_payment_hash:aa\",\"metadata\":{\"transactionId\":7,\"ownCheck\":true}}");
        session.Run("Import-L402Settlement own.jsonl" + Local);

        Assert.Contains("pw_a (own check)", session.Show("Get-L402Settlement" + Local), StringComparison.Ordinal);
        var revenue = session.Show("Get-L402Revenue Paywall" + Local);
        Assert.Contains("Own sats", revenue, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\s+0\s+0\s+7\s", revenue);
    }

    [Fact]
    public void A_settlement_in_a_csv_file_is_its_id() =>
        Assert.Equal("set_1", session.Run("Import-L402Settlement events.jsonl" + Local + " | Out-Null; (Get-L402Settlement set_1" + Local + " | ConvertTo-Csv | ConvertFrom-Csv).Settlement").Text());

    [Fact]
    public void A_sale_is_in_the_month_of_its_payment_in_every_command()
    {
        File.WriteAllLines(
            session.Folder.File("late.jsonl"),
            [
                "{\"invoiceId\":\"inv_9\",\"paywallId\":\"pw_a\",\"ownerId\":\"owner\",\"amountMsats\":10,\"status\":\"settled\",\"settledAtMs\":1793500000000}",
                "{\"settlementId\":\"set_9\",\"invoiceId\":\"inv_9\",\"paywallId\":\"pw_a\",\"ownerId\":\"owner\",\"amountMsats\":10,\"paymentProofValue\":\"" + new string('b', 64) + "\"}",
            ]);
        session.Run("Import-L402Settlement late.jsonl" + Local);
        const string november = " -Since 2026-11-01 -Until 2026-11-02";

        Assert.Equal("2026-11-01 10", session.Run("$r = Get-L402Revenue Day" + Local + november + "; \"$($r.Day) $($r.SettledMsats)\"").Text());
        Assert.Equal("set_9", session.Run("(Get-L402Settlement" + Local + november + ").SettlementId").Text());
        Assert.Equal("set_9", session.Run("(Find-L402Sale -Preimage ('b' * 64)" + Local + november + ").SettlementId").Text());
    }

    [Fact]
    public async Task A_read_that_broke_off_is_not_complete()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"transactions\":[{\"id\":{}}],\"total_count\":\"1501\"}")));
        session.Folder.WriteSecret("admin.macaroon", [2, 2, 0xAB]);
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");

        var outcome = session.Run("Import-L402Settlement -Gateway admin:" + server.Url + " -MacaroonPath admin.macaroon" + Local);

        Assert.NotEmpty(outcome.Errors);
        Assert.Equal("False False incomplete", session.Run("\"$($r.Ok) $($r.IsComplete) $($r.Completeness)\"", ("r", Assert.Single(outcome.Output))).Text());
    }

    [Fact]
    public void What_is_no_payment_hash_is_said_and_an_invoice_id_leads_to_its_hash()
    {
        session.Run("Import-L402Settlement events.jsonl" + Local);

        var nothing = session.Run("Find-L402Sale nothing" + Local).Error("SaleNotFound");
        var invoice = session.Run("Find-L402Sale inv_1" + Local).Error("SaleNotFound");

        Assert.Equal("'nothing' is not a payment hash of 64 hexadecimal digits, and the books hold no sale of that name.", nothing.ToString());
        Assert.Equal("'inv_1' is not a payment hash of 64 hexadecimal digits but an invoice id.", invoice.ToString());
        Assert.Contains("Find-L402Sale ab", invoice.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("Import", nothing.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_node_received_stands_beside_the_books()
    {
        await using var aperture = new LoopbackServer(static request => Task.FromResult(Reply.Json(
            request.Target.EndsWith("/info", StringComparison.Ordinal) ? "{\"sessions_enabled\":true}" : "{\"transactions\":[],\"total_count\":\"0\"}")));
        await using var lnd = new LoopbackServer(static request => Task.FromResult(Reply.Json(
            request.Target.EndsWith("index_offset=0", StringComparison.Ordinal)
                ? "{\"invoices\":[{\"r_hash\":\"7AfO/BMi4wunOjJXUrht20tggAnu13N02qU7g/2FsZY=\",\"state\":\"SETTLED\",\"amt_paid_msat\":\"261000\",\"settle_date\":\"1795955640\"}],\"last_index_offset\":\"1\"}"
                : "{\"invoices\":[],\"last_index_offset\":\"0\"}")));
        session.Folder.WriteSecret("admin.macaroon", [2, 1, 0xAB]);
        session.Folder.WriteSecret("invoice.macaroon", [2, 1, 0xCD]);
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");

        var outcome = session.Run("Import-L402Settlement -Gateway admin:" + aperture.Url + " -MacaroonPath admin.macaroon -PayeeNode lnd:" + lnd.Url + " -LndMacaroonPath invoice.macaroon" + Local);

        Assert.Equal("True incomplete 261000 1", session.Run("\"$($r.Ok) $($r.Completeness) $($r.Payee.UnbookedMsats) $($r.Payee.UnbookedInvoices)\"", ("r", outcome.Single())).Text());
        Assert.Equal(2, outcome.Warnings.Count);
        Assert.Contains("261 sat with 1 invoices are not", outcome.Warnings[1], StringComparison.Ordinal);
        Assert.All(lnd.Requests, static request => Assert.Equal("0201cd", request.Headers["grpc-metadata-macaroon"]));
        Assert.Contains("is not an LND node", session.Run("Import-L402Settlement -Gateway admin:" + aperture.Url + " -MacaroonPath admin.macaroon -PayeeNode mock" + Local).Error("ConfigError").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_books_are_reconciled_with_an_Apertures_own_statistic()
    {
        const string hash = "ec07cefc1322e30ba73a325752b86ddb4b608009eed77374daa53b83fd85b196";
        await using var aperture = new LoopbackServer(static request => Task.FromResult(Reply.Json(
            request.Target.EndsWith("/info", StringComparison.Ordinal) ? "{\"sessions_enabled\":false}"
            : request.Target.Contains("/stats", StringComparison.Ordinal) ? "{\"total_revenue_sats\":\"5\",\"transaction_count\":\"1\"}"
            : request.Target.Contains("state=settled", StringComparison.Ordinal) ? "{\"transactions\":[],\"total_count\":\"0\"}"
            : "{\"transactions\":[{\"id\":1,\"token_id\":\"ab\",\"payment_hash\":\"" + hash + "\",\"service_name\":\"gone\",\"price_sats\":\"5\",\"state\":\"settled\",\"created_at\":\"2026-11-29T11:40:35Z\",\"settled_at\":\"2026-11-29T11:40:36Z\"}],\"total_count\":\"1\"}")));
        session.Folder.WriteSecret("admin.macaroon", [2, 1, 0xAB]);
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db; $i = @{ Gateway = 'admin:' + $u; MacaroonPath = 'admin.macaroon'; Mode = 'Local'; StorePath = 's.db' }", ("u", aperture.Url));

        var outcome = session.Run("Import-L402Settlement @i -Reconcile");

        Assert.Equal("incomplete 1 5000 1 0 False 1", session.Run("$a = $r.Aperture; \"$($r.Completeness) $($a.CountedTransactions) $($a.UnbookedMsats) $($a.UnbookedTransactions) $($a.UnlistedSettlements) $($a.IsReconciled) $($a.Conversion)\"", ("r", outcome.Single())).Text());
        Assert.Contains("5 sat with 1 are not", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal("True True", session.Run("$r = Import-L402Settlement @i -Reconcile -ExcludeService gone; \"$($r.IsComplete) $($r.Aperture.IsReconciled)\"").Text());
    }

    [Fact]
    public void A_gateway_without_a_statistic_is_not_reconciled()
    {
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db; $g = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru");
        try
        {
            Assert.Contains("has no statistic to compare with", session.Run("Import-L402Settlement -Gateway loopback -Reconcile" + Local).Error("ConfigError").ToString(), StringComparison.Ordinal);
        }
        finally
        {
            session.Run("Stop-L402TestGateway -All");
        }
    }

    [Fact]
    public async Task A_hosted_control_plane_is_told_of_the_invoice_when_nobody_has_the_preimage()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json(
            """{"ok":true,"changed":true,"invoice":{"invoiceId":"i","paywallId":"p","ownerId":"o","amountMsats":1,"status":"settled","createdAtMs":1,"updatedAtMs":2}}""")));

        var outcome = session.Run("$s = [securestring]::new(); $s.AppendChar('x'); Connect-LightningOps Api -ApiBaseUrl " + server.Url + " -Secret $s; "
            + "@{ settlementId = 's'; invoiceId = 'i'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1; paymentProofRef = 'lightning_payment_hash:' + 'a' * 24 } | Import-L402Settlement");

        Assert.Contains("Settlements without preimage: 1.", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal(1L, Assert.Single(outcome.Output).Properties["SettlementsWithoutPreimage"].Value);
        Assert.Contains("ingestInvoiceLifecycle", Assert.Single(server.Requests).Body, StringComparison.Ordinal);
    }
}
