using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Registry;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.Registry;

/// <summary>Commands of the kind systemd, with a stand-in for systemctl under an absolute path.</summary>
public sealed class SystemdUnitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [UnixTheory]
    [InlineData("ReloadCommand", "restart")]
    [InlineData("StopCommand", "stop")]
    [InlineData("DrainCommand", "start")]
    [InlineData("UndrainCommand", "start")]
    public void Arguments_are_fixed_for_each_command(string field, string verb) =>
        Assert.Equal([Systemctl(), "--no-ask-password", verb, "--", "aperture@a.service"], SystemdUnit.Resolve(["systemd:aperture@a.service"], field, [folder.File("none"), Systemctl()])!);

    [Theory]
    [InlineData("systemd:")]
    [InlineData("systemd:aperture")]
    [InlineData("systemd:.service")]
    [InlineData("systemd:aperture.socket")]
    [InlineData("systemd:-H.service")]
    [InlineData("systemd:a b.service")]
    [InlineData("systemd:a;reboot.service")]
    [InlineData("systemd:../aperture.service")]
    [InlineData("systemd:a@b@c.service")]
    [InlineData("systemd:aperture.service\n")]
    [InlineData("systemd:aperturé.service")]
    public void A_name_that_systemd_would_not_have_is_refused(string unit)
    {
        var failure = Assert.Throws<ConfigException>(() => SystemdUnit.Require([unit], "ReloadCommand"));

        Assert.Equal("ReloadCommand", failure.Field);
        Assert.Contains("systemd:aperture.service", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_has_no_arguments_and_its_name_has_255_characters_at_most()
    {
        SystemdUnit.Require(["systemd:" + new string('a', 247) + ".service"], "StopCommand");

        Assert.Throws<ConfigException>(() => SystemdUnit.Require(["systemd:" + new string('a', 248) + ".service"], "StopCommand"));
        Assert.Throws<ConfigException>(() => SystemdUnit.Require(["systemd:a.service", "--force"], "StopCommand"));
    }

    [Fact]
    public void Without_a_systemctl_the_places_looked_at_are_named()
    {
        var failure = Assert.Throws<ConfigException>(() => SystemdUnit.Resolve(["systemd:a.service"], "StopCommand", [folder.File("systemctl")]));

        Assert.Contains(folder.File("systemctl"), failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(ReloadCommand.NotStarted, ReloadProgram.Check(["systemd:a.service"]), StringComparison.Ordinal);
    }

    [UnixFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_systemctl_is_an_absolute_path_and_not_run_where_others_can_change_it()
    {
        Assert.All(SystemdUnit.Programs, static program => Assert.StartsWith("/", program, StringComparison.Ordinal));
        var command = SystemdUnit.Resolve(["systemd:aperture.service"], "ReloadCommand", [Systemctl()]);
        Assert.Null(ReloadProgram.Check(command));

        File.SetUnixFileMode(folder.File("systemctl"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);

        Assert.Contains("mode 0702", ReloadProgram.Check(command), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_written_as_systemd_escape_does() =>
        Assert.Equal(["10.0.0.1:8081", "\\x5b::1\\x5d:443", "-etc-a\\x2db", "\\x2ea"], new[] { "10.0.0.1:8081", "[::1]:443", "/etc/a-b", ".a" }.Select(SystemdUnit.Escape));

    [UnixFact]
    public async Task A_restart_that_was_seen_is_evidence_and_one_that_was_not_is_none()
    {
        var path = folder.File("aperture.yaml");
        await using var model = new ApertureModel(path);
        await File.WriteAllTextAsync(path, model.Settings + "services: []\n");
        await model.StartAsync();
        using var stop = new CancellationTokenSource();
        var manager = RestartOnRequestAsync(model, stop.Token);

        var seen = await ReconcileAsync(model, path, "/a", "restart", TimeSpan.FromSeconds(30));
        var unseen = await ReconcileAsync(model, path, "/b", "status", TimeSpan.FromMilliseconds(300));
        await stop.CancelAsync();
        await manager;

        Assert.Equal((true, LiveEvidence.Restart, LiveConfiguration.Wanted), (seen.Ok, seen.Standing.Evidence, seen.Serving));
        Assert.Equal((false, LiveEvidence.NotKnown), (unseen.Ok, unseen.Standing.Evidence));
        Assert.Equal(2, File.ReadAllLines(folder.File("log")).Count(static line => line == "--no-ask-password restart -- aperture.service"));
    }

    [UnixFact]
    public async Task Each_endpoint_is_drained_by_its_own_instance()
    {
        using var endpoint = new MemoryGateway();
        var drain = new EndpointDrain(["systemd:drain@{host}.service"], ["systemd:undrain@{host}.service"], [Systemctl()]);

        await drain.AroundAsync(endpoint, static () => Task.FromResult(0), CancellationToken.None);

        Assert.Equal(["--no-ask-password start -- drain@memory.service", "--no-ask-password start -- undrain@memory.service"], File.ReadAllLines(folder.File("log")));
    }

    // Writes down how it was called; a restart waits until the manager has done it, unless it was told to do nothing.
    private string Systemctl(string does = "restart")
    {
        var path = folder.File("systemctl");
        File.WriteAllText(path, "#!/bin/sh\necho \"$@\" >> '" + folder.File("log") + "'\nif [ \"$2\" = " + does + " ]; then : > '" + folder.File("request") + "'; while [ -e '" + folder.File("request") + "' ]; do sleep 0.02; done; fi\n");
#pragma warning disable CA1416 // Tests for Unix only.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return path;
    }

    private async Task RestartOnRequestAsync(ApertureModel model, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (File.Exists(folder.File("request")))
            {
                // A program takes some time to start, and only while it is down a restart is seen.
                await model.StopAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
                await model.StartAsync();
                File.Delete(folder.File("request"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }
    }

    private async Task<ReconcileResult> ReconcileAsync(ApertureModel model, string path, string sold, string does, TimeSpan healthTimeout)
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions
        {
            Path = path,
            Http = TestHttp.Options,
            ReloadCommand = SystemdUnit.Resolve(["systemd:aperture.service"], "ReloadCommand", [Systemctl(does)]),
            HealthTimeout = healthTimeout,
            Probes = new SaleProbeOptions(),
        });
        var plane = new MockControlPlane(TimeProvider.System, [Selling(sold, 5000)]);
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "unit:" + sold, Prune = true }, CancellationToken.None);
    }
}
