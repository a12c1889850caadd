using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class TestApertureDriftTests : IAsyncDisposable
{
    private const string Test = "Test-ApertureDrift -Mode Mock -Gateway file:aperture.yaml ";

    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
        await up.DisposeAsync();
    }

    [Fact]
    public void What_was_rolled_out_is_in_sync_until_somebody_edits_it()
    {
        var file = session.WithoutServices();
        Assert.Equal(1, session.Run(Test).Single().Properties["ExitCode"].Value);

        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url + "; Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -HealthUrl " + up.Url).Single();
        Assert.Equal(0, session.Run(Test).Single().Properties["ExitCode"].Value);

        File.WriteAllText(file, File.ReadAllText(file).Replace("price: 3", "price: 4", StringComparison.Ordinal));
        var drift = session.Run(Test).Single();
        Assert.Equal(true, drift.Properties["InDrift"].Value);
        Assert.Equal("price 4 3", session.Run("$m = $d.Plan.Changes.Members; \"$($m.Member) $($m.OldValue) $($m.NewValue)\"", ("d", drift)).Text());
    }

    [Fact]
    public void What_is_only_written_is_not_in_sync_for_a_scheduled_run()
    {
        session.WithoutServices();
        session.Run("Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -HealthUrl " + up.Url).Single();

        var outcome = session.Run(Test);

        var drift = Assert.Single(outcome.Output);
        Assert.Empty(outcome.Errors);
        Assert.Equal(("Undetermined", 2, true), (drift.Properties["Status"].Value.ToString(), (int)drift.Properties["ExitCode"].Value, (bool)drift.Properties["IsOnlyWritten"].Value));
    }

    [Fact]
    public void What_is_only_written_ends_a_condition()
    {
        session.WithoutServices();
        session.Run("Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -HealthUrl " + up.Url).Single();

        var outcome = session.Run("if (-not (" + Test + "-Quiet)) { 'in sync' }");

        Assert.Empty(outcome.Output);
        Assert.Contains("-ReloadCommand", outcome.Error("DriftUndetermined").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_touched()
    {
        session.WithForeignService();

        session.Run(Test).Single();

        Assert.Equal([session.Folder.File("aperture.yaml")], Directory.GetFileSystemEntries(session.Folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Quiet")]
    public void A_store_that_was_named_and_is_not_there_is_an_error_and_is_not_made(string parameters)
    {
        session.WithoutServices();

        var outcome = session.Run("Test-ApertureDrift -Mode Local -StorePath s.db -Gateway file:aperture.yaml " + parameters);

        Assert.Empty(outcome.Output);
        var error = outcome.Error("StoreError");
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.StartsWith("store_not_found: " + session.Folder.File("s.db"), error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(session.Folder.File("s.db")));
        Assert.Contains("Import-LightningPaywall", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void The_users_own_store_is_not_made_either()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        session.WithoutServices();

        session.Run("$before = $env:XDG_DATA_HOME; $env:XDG_DATA_HOME = $PWD; try { Test-ApertureDrift -Mode Local -Gateway file:aperture.yaml } finally { $env:XDG_DATA_HOME = $before }").Error("CompileInvalid");

        Assert.Equal([session.Folder.File("aperture.yaml")], Directory.GetFileSystemEntries(session.Folder.Path));
    }

    [Fact]
    public void Quiet_tells_whether_any_gateway_is_in_drift()
    {
        session.WithoutServices();
        Assert.Equal("True", session.Run(Test + "-Quiet").Text());

        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url + "; Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -HealthUrl " + up.Url).Single();
        Assert.Equal("False", session.Run(Test + "-Quiet").Text());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Quiet")]
    public void A_gateway_that_cannot_be_read_is_an_error_and_not_in_sync(string parameters)
    {
        var outcome = session.Run(Test + parameters);

        Assert.Equal(parameters.Length == 0 ? ["2 Undetermined"] : [], outcome.Output.Select(drift => drift.Properties["ExitCode"].Value + " " + drift.Properties["Status"].Value));
        Assert.Equal(ErrorCategory.ConnectionError, outcome.Error("GatewayError").CategoryInfo.Category);
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_is_unknown_and_an_error()
    {
        await using var silent = new LoopbackServer(_ => Task.FromResult(Reply.DropBeforeReading));
        session.WithoutServices();
        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url + "; Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -HealthUrl " + up.Url).Single();

        var outcome = session.Run(Test + "-ChallengeUrl " + silent.Url);

        outcome.Error("DriftUndetermined");
        Assert.Equal(2, Assert.Single(outcome.Output).Properties["ExitCode"].Value);
    }

    [Fact]
    public void The_others_are_still_compared()
    {
        session.WithoutServices();

        Assert.Equal([2, 1], session.Run("Test-ApertureDrift -Mode Mock -Gateway file:nowhere.yaml, file:aperture.yaml").Output.Select(drift => (int)drift.Properties["ExitCode"].Value));
    }

    [Fact]
    public void Paywalls_that_do_not_compile_cannot_be_told()
    {
        session.WithoutServices();
        session.Run("New-LightningPaywall a.example /a https://u.example -PriceSats 1 -PaywallId pw_a -Mode Local -StorePath s.db; Remove-LightningPaywall pw_a -Mode Local -StorePath s.db -Force");
        const string local = "Test-ApertureDrift -Mode Local -StorePath s.db -Gateway file:aperture.yaml ";

        var outcome = session.Run(local);

        outcome.Error("CompileInvalid");
        Assert.Equal(2, Assert.Single(outcome.Output).Properties["ExitCode"].Value);
        Assert.Empty(session.Run(local + "-Quiet").Output);
    }
}
