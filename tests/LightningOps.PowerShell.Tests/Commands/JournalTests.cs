using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The journal at the prompt: what commands write, and how it is checked.</summary>
public sealed class JournalTests : IDisposable
{
    private const string Setup = "Connect-LightningOps Local -StorePath s.db; Import-LightningPaywall $paywalls | Out-Null; ";
    private const string Yaml = "listenaddr: localhost:1\nservices: []\n";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Switches_roll_outs_imports_and_credentials_are_in_it_with_who_and_result()
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/a.yaml\", $yaml)", ("yaml", Yaml));
        session.Run(
            Setup + "Set-L402GlobalPause -Active -Reason moving -UpdatedBy alice -Force | Out-Null; Set-L402OwnerKillSwitch owner_x -Active -Force 3>$null | Out-Null; "
            + "Sync-ApertureConfig -Gateway file:a.yaml -Force -RequestId r1 2>$null 3>$null | Out-Null; Start-LightningOpsCredentialRotation OperatorAdmin | Out-Null",
            ("paywalls", Places.Vector("smoke/paywalls.json")));

        var entries = session.Run("Get-LightningOpsJournal | Sort-Object Sequence | ForEach-Object { \"$($_.Kind)|$($_.Action)|$($_.Identity)|$($_.Result)\" }").Output.Select(static line => line.ToString()).ToArray();

        Assert.Equal("Import|replaced all paywalls with 2 paywalls|Verified|Done", entries[0]);
        Assert.Equal("Switch|global pause set|Claimed|Done", entries[1]);
        Assert.Equal("Switch|kill switch set|Verified|Done", entries[2]);
        Assert.Equal("Rollout|roll-out begun|Verified|Done", entries[3]);
        Assert.Equal("Rollout|roll-out|Verified|Failed", entries[4]);
        Assert.Equal("Credential|credential role rotation started|Verified|Done", entries[5]);
        Assert.Equal("alice|Set-L402GlobalPause|moving|" + Environment.MachineName + "|" + Environment.ProcessId, session.Run("Get-LightningOpsJournal -Who alice | ForEach-Object { \"$($_.Who)|$($_.Deed.Command)|$($_.Deed.Detail)|$($_.Deed.Machine)|$($_.Deed.ProcessId)\" }").Text());
        Assert.Equal("dep_reconcile_r1", session.Run("(Get-LightningOpsJournal -Kind Rollout).Deed.DeploymentId | Select-Object -Unique").Text());
        Assert.Empty(session.Run("Get-LightningOpsJournal -Until 2020-01-01").Output);
        Assert.Equal("6", session.Run("(Test-LightningOpsJournal 3>$null).Entries").Text());
    }

    [Fact]
    public void A_roll_out_is_in_it_before_its_first_write_and_with_its_outcome()
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/a.yaml\", $yaml)", ("yaml", Yaml));
        session.Run(Setup + "Sync-ApertureConfig -Gateway file:a.yaml -Force -RequestId r1 2>$null 3>$null | Out-Null", ("paywalls", Places.Vector("smoke/paywalls.json")));

        var entries = session.Run("Get-LightningOpsJournal -DeploymentId dep_reconcile_r1 | Sort-Object Sequence | ForEach-Object { \"$($_.Action)|$($_.Result)|$($_.Deed.Command)|$($_.Deed.Detail)\" }").Output.Select(static line => line.ToString()).ToArray();

        Assert.Equal(2, entries.Length);
        Assert.Matches("^roll-out begun\\|Done\\|Sync-ApertureConfig\\|[0-9]+ added: added .* It may be live: the outcome was not recorded yet$", entries[0]);
        Assert.StartsWith("roll-out|Failed|", entries[1], StringComparison.Ordinal);
        Assert.DoesNotContain("may be live", session.Run("(Get-L402Deployment dep_reconcile_r1).Changes").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_is_set_although_the_journal_cannot_be_written()
    {
        Directory.CreateDirectory(session.Folder.File("taken.db"));
        var outcome = session.Run(
            "$s = [Net.NetworkCredential]::new('', 's3cret').SecurePassword; Connect-LightningOps Api -ApiBaseUrl http://127.0.0.1:9 -Secret $s -StorePath taken.db; "
            + "(Set-L402GlobalPause -Active -Offline -Force).GlobalPause");

        Assert.Empty(outcome.Errors);
        Assert.Equal("True", outcome.Text());
        Assert.Contains(outcome.Warnings, static warning => warning.StartsWith("Not in the journal: global pause set.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_head_in_a_report_finds_that_the_store_was_put_back()
    {
        session.Run("[IO.File]::WriteAllText(\"$PWD/a.yaml\", $yaml)", ("yaml", Yaml));
        session.Run(Setup + "Copy-Item s.db before.db; Sync-ApertureConfig -Gateway file:a.yaml -Force 2>$null 3>$null | Export-L402Artifact rep -JUnitPath rep.xml", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("True 3", session.Run("$c = Test-LightningOpsJournal -ReportPath rep/*.html, rep.xml; \"$($c.Ok) $($c.VouchedUntil)\"").Text());
        session.Run("Test-LightningOpsJournal -ReportPath rep/events.jsonl 3>$null").Error("JournalHeadNotFound");
        session.Run("Copy-Item before.db s.db");
        Assert.Equal("True", session.Run("(Test-LightningOpsJournal 3>$null).Ok").Text());
        Assert.Contains("head_missing", session.Run("Test-LightningOpsJournal -ReportPath rep/report.html").Error("JournalBroken").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_registered_gateways_are_in_it_without_a_secret()
    {
        var name = "j" + Guid.NewGuid().ToString("N")[..12];
        session.Run("Connect-LightningOps Local -StorePath s.db; Register-L402Gateway $n admin https://h:1 -Macaroon env:OA_LIGHTNING_JOURNAL_TEST; Set-L402Gateway $n -Network signet -ChallengeUrl https://h:2; Register-L402Gateway $n memory -Force; Unregister-L402Gateway $n", ("n", name));

        var entries = session.Run("Get-LightningOpsJournal -Kind Gateway | Sort-Object Sequence | ForEach-Object { \"$($_.Action)|$($_.Gateway)|$($_.Deed.Subject -eq $n)|$($_.Deed.Detail)|$($_.Deed.Command)\" }").Output.Select(static line => line.ToString()).ToArray();

        Assert.Equal(
            [
                "gateway registered|aperture:https://h:1|True|Endpoint, Macaroon|Register-L402Gateway",
                "registration of gateway changed|aperture:https://h:1|True|ChallengeUrl, Network|Set-L402Gateway",
                "registration of gateway replaced|memory|True||Register-L402Gateway",
                "gateway unregistered|memory|True||Unregister-L402Gateway",
            ],
            entries);
        Assert.True((bool)session.Run("Test-LightningOpsJournal 3>$null").Single().Properties["Ok"].Value);
    }

    [Fact]
    public void A_report_of_anything_that_is_exported_holds_the_head()
    {
        session.Run(Setup + "Invoke-LightningCompile | Export-L402Artifact rep -JUnitPath rep.xml; Invoke-L402Smoke Compile -Mode Mock | Export-L402Artifact smoke", ("paywalls", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("True 1", session.Run("$c = Test-LightningOpsJournal -ReportPath rep/report.html, rep.xml, smoke/report.html; \"$($c.Ok) $($c.VouchedUntil)\"").Text());
    }

    [Theory]
    [InlineData("Test-LightningOpsJournal -Head nonsense")]
    [InlineData("Test-LightningOpsJournal -Mode Mock")]
    [InlineData("Get-LightningOpsJournal -Mode Mock")]
    public void What_cannot_be_read_as_a_head_or_keeps_no_journal_is_an_error(string script) => session.Run(script).Error("ConfigError");
}
