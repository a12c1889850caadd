using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>A stop while the team's store is down or does not answer: it closes with -Offline, and is sent first when the store answers again.</summary>
public sealed class TeamStopTests : IClassFixture<TeamServer>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(static _ => Task.FromResult(Reply.Status(200)));
    private readonly TeamServer team;

    public TeamStopTests(TeamServer team) => this.team = team;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        team.Restore();
        session.Dispose();
        await up.DisposeAsync();
    }

    [PostgresTheory]
    [InlineData("down", "Set-L402GlobalPause -Active", "the global pause", 2)]
    [InlineData("hangs", "Set-L402GlobalPause -Active", "the global pause", 2)]
    [InlineData("down", "Set-L402OwnerKillSwitch owner_news -Active", "the kill switch of owner_news", 1)]
    [InlineData("hangs", "Set-L402OwnerKillSwitch owner_news -Active", "the kill switch of owner_news", 1)]
    public async Task A_switch_set_offline_closes_a_file_gateway_and_is_sent_first_when_the_store_answers(string fault, string command, string name, int closed)
    {
        await StartAsync();
        team.Break(fault);

        var set = await RunAsync(command + " -Offline -Sync -Gateway file:aperture.yaml -Force -Reason stolen");

        Assert.Equal(closed, CountClosed());
        Assert.Contains(set.Warnings, warning => warning.StartsWith("Set on this machine only: " + name + " is pending", StringComparison.Ordinal));
        if (fault == "down")
        {
            var other = await RunAsync("Suspend-LightningPaywall pw_news -Confirm:$false");
            Assert.StartsWith("StoreError", Assert.Single(other.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(other.Warnings, warning => warning.StartsWith("Pending, set on this machine and not known to the control plane: " + name, StringComparison.Ordinal));
        }

        team.Restore();
        var next = await RunAsync("(Get-LightningPaywall | Measure-Object).Count; $s = Get-L402SecurityState; if ($s.Global.GlobalPause) { $s.Global.DenyReason } else { $s.OwnerControls.DenyReason }");
        Assert.Empty(next.Errors);
        Assert.Equal(["2", "stolen"], next.Output.Select(static line => line.ToString()));
        Assert.StartsWith("No longer pending: the control plane knows " + name, Assert.Single(next.Warnings), StringComparison.Ordinal);
    }

    [PostgresTheory]
    [InlineData("down", "Set-L402GlobalPause -Active", "It is NOT KNOWN whether the global pause is set: the control plane did not confirm it. No gateway was closed.", "-Offline -Sync")]
    [InlineData("hangs", "Set-L402OwnerKillSwitch owner_news -Active", "It is NOT KNOWN whether the kill switch of owner_news is set: the control plane did not confirm it. No gateway was closed.", "-Offline -Sync")]
    [InlineData("down", "Suspend-LightningPaywall pw_news", "It is NOT KNOWN whether paywall pw_news is suspended: the store did not confirm it. No gateway was closed.", "Set-L402GlobalPause -Active -Offline -Sync")]
    [InlineData("hangs", "Suspend-LightningPaywall pw_news", "It is NOT KNOWN whether paywall pw_news is suspended: the store did not confirm it. No gateway was closed.", "Set-L402GlobalPause -Active -Offline -Sync")]
    public async Task Without_Offline_nothing_is_closed_and_a_warning_says_how_to_close(string fault, string command, string what, string how)
    {
        await StartAsync();
        team.Break(fault);

        var set = await RunAsync(command + " -Sync -Gateway file:aperture.yaml -Confirm:$false");

        Assert.StartsWith("StoreError", Assert.Single(set.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        var said = Assert.Single(set.Warnings, static warning => warning.StartsWith("It is NOT KNOWN", StringComparison.Ordinal));
        Assert.StartsWith(what, said, StringComparison.Ordinal);
        Assert.Contains(how, said, StringComparison.Ordinal);
        Assert.Equal(0, CountClosed());
    }

    [PostgresFact]
    public async Task A_gateway_by_name_is_closed_as_this_account_recorded_it_and_an_unknown_name_is_not_closed()
    {
        await StartAsync();
        var name = "g" + Guid.NewGuid().ToString("N")[..12];
        try
        {
            Assert.Empty((await RunAsync("Register-L402Gateway $n file aperture.yaml", ("n", name))).Errors);
            team.Break("down");

            var set = await RunAsync("Set-L402GlobalPause -Active -Offline -Sync -Gateway $n, unknown -Force");

            Assert.Equal(2, CountClosed());
            Assert.Contains(set.Warnings, warning => warning.StartsWith("The team's store cannot be read: ", StringComparison.Ordinal) && warning.Contains("as this account last recorded it", StringComparison.Ordinal));
            Assert.Contains(set.Errors, static error => error.FullyQualifiedErrorId.StartsWith("GatewayNotClosed", StringComparison.Ordinal) && error.Exception.Message.Contains("unknown is NOT CLOSED", StringComparison.Ordinal));
        }
        finally
        {
            team.Restore();
            session.Run("Unregister-L402Gateway $n", ("n", name));
        }
    }

    private Task<PipelineOutcome> RunAsync(string script, params (string Name, object? Value)[] variables) => Task.Run(() => session.Run(script, variables)).WaitAsync(Patience);

    private int CountClosed() => File.ReadAllText(session.Folder.File("aperture.yaml")).Split("127.0.0.1:0").Length - 1;

    /// <summary>Connects the session to a store with two paywalls, which a file gateway sells.</summary>
    private async Task StartAsync()
    {
        session.WithoutServices();
        var outcome = await RunAsync(
            "$p = [Net.NetworkCredential]::new('', $password).SecurePassword; Connect-LightningOps Postgres -Postgres $address -PostgresPassword $p -StorePath s.db; Update-LightningOpsStore | Out-Null; "
            + "Import-LightningPaywall $paywalls -Force | Out-Null; Sync-ApertureConfig -Gateway file:aperture.yaml -Force -HealthUrl $up 3>$null | Out-Null",
            ("up", up.Url),
            ("password", team.Server.Password),
            ("address", team.Server.CreateDatabase() + ";Timeout=3"),
            ("paywalls", Places.Vector("smoke/paywalls.json")));
        Assert.All(outcome.Errors, static error => Assert.Contains("load_not_seen", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(0, CountClosed());
    }
}

/// <summary>A PostgreSQL server of its own, which tests stop and freeze.</summary>
public sealed class TeamServer : IDisposable
{
    private readonly Lazy<PostgresServer> server = new(static () => PostgresServer.Start("max_connections=50"));
    private string? fault;

    internal PostgresServer Server => server.Value;

    /// <summary>Ends the server, or keeps it from answering.</summary>
    public void Break(string how)
    {
        fault = how;
        if (how == "down")
        {
            Server.Kill();
        }
        else
        {
            Server.Freeze();
        }
    }

    /// <summary>Has it answer again.</summary>
    public void Restore()
    {
        if (fault == "down")
        {
            Server.Launch();
        }
        else if (fault is not null)
        {
            Server.Thaw();
        }

        fault = null;
    }

    public void Dispose()
    {
        if (server.IsValueCreated)
        {
            Restore();
            Server.Dispose();
        }
    }
}
