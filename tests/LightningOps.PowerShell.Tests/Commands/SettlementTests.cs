using System;
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
                "{\"settlementId\":\"set_2\",\"paywallId\":\"pw_b\",\"ownerId\":\"owner\",\"amountMsats\":7000,\"paymentProofValue\":\"" + proof + "\"}",
                "{\"invoiceId\":\"inv_2\",\"paywallId\":\"pw_b\",\"ownerId\":\"owner\",\"amountMsats\":1,\"status\":\"expired\"}",
            ]);
        File.WriteAllLines(session.Folder.File("bad.jsonl"), [File.ReadAllLines(session.Folder.File("events.jsonl"))[0], "nonsense", "{\"settlementId\":\"set_9\",\"paymentProofValue\":\"" + proof + "\"}"]);
    }

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Import-L402Settlement events.jsonl")]
    [InlineData("[IO.File]::ReadAllLines(\"$PWD/events.jsonl\") | Import-L402Settlement -BatchSize 3")]
    [InlineData("@{ invoiceId = 'inv_1'; status = 'open'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1 }, @{ invoiceId = 'inv_2'; status = 'open'; paywallId = 'p'; ownerId = 'o'; amountMsats = 1 }, [pscustomobject] @{ settlementId = 'set_1'; paywallId = 'p'; ownerId = 'o'; amountMsats = 2500; paymentProofValue = 'a' * 64 }, [pscustomobject] @{ settlementId = 'set_2'; paywallId = 'p'; ownerId = 'o'; amountMsats = 7000L; paymentProofValue = 'a' * 64 } | Import-L402Settlement")]
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
    public void WhatIf_makes_no_store(string script)
    {
        Assert.Empty(session.Run(script + Local).Output);
        Assert.False(File.Exists(session.Folder.File("s.db")));
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
    [InlineData("Get-L402Settlement set_none", "SettlementNotFound")]
    [InlineData("Get-L402Invoice inv_none", "InvoiceNotFound")]
    [InlineData("Import-L402Settlement none.jsonl", "FileNotFound")]
    [InlineData("Import-L402Settlement -Gateway file:a.yaml", "ConfigError")]
    public void What_is_not_there_is_an_error(string script, string id) => session.Run(script + Local).Error(id);

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
            await Task.WhenAny(Task.Factory.FromAsync(running, static _ => { }), Task.Delay(TimeSpan.FromSeconds(30)));
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
}
