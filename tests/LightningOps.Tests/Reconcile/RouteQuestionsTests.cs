using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>What a gateway is asked after a roll-out, a pause and a drift check.</summary>
public sealed class RouteQuestionsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly ApertureModel model;
    private ApertureModel? other;
    private MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000), Selling("/b", 9000), Selling("/c", 7000)]);
    private int request;

    public RouteQuestionsTests() => model = new ApertureModel(FilePath, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(100) });

    private string FilePath => folder.File("aperture.yaml");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, model.Settings + "services: []\n");
        await model.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await model.DisposeAsync();
        if (other is not null)
        {
            await other.DisposeAsync();
        }

        folder.Dispose();
    }

    [Fact]
    public async Task Every_changed_price_is_asked_and_what_is_beyond_the_limit_is_named()
    {
        var all = await ReconcileAsync(20, model.Url);
        Assert.True(all.Ok && all.ChallengeOk, all.FailureReason);
        Assert.DoesNotContain(all.Warnings, static warning => warning.Code == "not_asked");

        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 6000), Selling("/b", 10000), Selling("/c", 8000)]);
        var limited = await ReconcileAsync(1, model.Url);

        // The first rule is the probe route; of the others the dearest is asked.
        Assert.True(limited.Ok, limited.FailureReason);
        Assert.Contains("pw_c.r", limited.Warnings.Single(static warning => warning.Code == "not_asked").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_of_any_changed_rule_that_is_not_asked_for_fails_the_check()
    {
        await StartOtherAsync([Selling("/a", 5000), Selling("/b", 1000), Selling("/c", 7000)]);

        var result = await ReconcileAsync(20, other!.Url);

        Assert.Equal(ReconcileFailureCodes.ChallengeCheckFailed, result.FailureCode);
        Assert.Contains("pw_b.r: wrong_amount", result.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_is_seen_closed_at_the_endpoint()
    {
        await ReconcileAsync(20, model.Url);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var closed = await ReconcileAsync(20, model.Url);

        Assert.True(closed.Ok && closed.DenialHolds && closed.ChallengeOk, closed.FailureReason);
        Assert.DoesNotContain(closed.Stages, static stage => stage.Stage == ReconcileStage.Challenge && stage.Reason == "no_route_sells");
    }

    [Fact]
    public async Task What_answers_otherwise_is_NOT_CLOSED_and_what_does_not_answer_is_not_known()
    {
        await StartOtherAsync([Selling("/a", 5000), Selling("/b", 9000), Selling("/c", 7000)]);
        await ReconcileAsync(20, model.Url);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var open = await ReconcileAsync(20, other!.Url);
        Assert.Equal((false, false, ReconcileFailureCodes.ClosingFailed), (open.Ok, open.DenialHolds, open.FailureCode));
        Assert.Contains("NOT CLOSED, the gateway answers for: pw_b.r (status_402), pw_c.r (status_402), pw_a.r (status_402)", open.FailureReason, StringComparison.Ordinal);
        Assert.NotEqual(LiveConfiguration.Previous, open.Serving);
        Assert.Contains("127.0.0.1:0", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);

        await other.StopAsync();
        var silent = await ReconcileAsync(20, other.Url);
        Assert.False(silent.Ok || silent.DenialHolds);
        Assert.Contains("not known to be closed", silent.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_with_an_address_asks_and_without_one_says_what_it_knows()
    {
        await ReconcileAsync(20, model.Url);
        Assert.Equal((DriftStatus.InSync, true), await DriftAsync(model.Url));
        Assert.Equal((DriftStatus.InSync, false), await DriftAsync(null));

        await StartOtherAsync([Selling("/b", 1000)]);
        Assert.Equal((DriftStatus.InDrift, true), await DriftAsync(other!.Url));

        await other.StopAsync();
        Assert.Equal((DriftStatus.Undetermined, true), await DriftAsync(other.Url));

        await model.StopAsync();
        Assert.Equal((DriftStatus.Undetermined, false), await DriftAsync(null));
    }

    [Theory]
    [InlineData("written")]
    [InlineData("written as of then")]
    [InlineData("moved")]
    public async Task A_file_that_was_edited_loaded_and_put_back_is_not_in_sync(string how)
    {
        if (how != "written" && OperatingSystem.IsWindows())
        {
            // No other time than that of the last write is kept there.
            return;
        }

        await ReconcileAsync(20, model.Url);
        var good = await File.ReadAllTextAsync(FilePath);
        var then = File.GetLastWriteTimeUtc(FilePath);
        if (how == "moved")
        {
            // A backup with cp -p.
            File.Copy(FilePath, FilePath + ".bak");
            File.SetLastWriteTimeUtc(FilePath + ".bak", then);
        }

        await File.WriteAllTextAsync(FilePath, good.Replace("price: 9", "price: 99", StringComparison.Ordinal));
        await model.RestartAsync();
        if (how == "moved")
        {
            File.Move(FilePath + ".bak", FilePath, overwrite: true);
        }
        else
        {
            await File.WriteAllTextAsync(FilePath, good);
        }

        if (how == "written as of then")
        {
            File.SetLastWriteTimeUtc(FilePath, then);
        }

        Assert.Equal(DriftStatus.Undetermined, (await DriftAsync(null)).Status);
        Assert.Equal(DriftStatus.InDrift, (await DriftAsync(model.Url)).Status);
    }

    /// <summary>Another Aperture at the address that is asked.</summary>
    private async Task StartOtherAsync(Paywall[] paywalls)
    {
        var path = folder.File("other.yaml");
        other = new ApertureModel(path);
        await File.WriteAllTextAsync(path, other.Settings + "services: []\n");
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = path });
        await gateway.ApplyAsync(CreateRollout("dep_other", paywalls), None);
        await other.StartAsync();
    }

    private async Task<ReconcileResult> ReconcileAsync(int limit, string address)
    {
        using var gateway = Open(address, new ModelReload(model.RestartAsync));
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "ask:" + ++request, ProbeLimit = limit }, None);
    }

    private async Task<(DriftStatus Status, bool WasAsked)> DriftAsync(string? address)
    {
        using var gateway = Open(address, null);
        var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);
        return (drift.Status, drift.WasAsked);
    }

    private ApertureFileGateway Open(string? address, ModelReload? reload) => new(new ApertureFileGatewayOptions
    {
        Path = FilePath,
        Http = TestHttp.Options,
        Reload = reload,
        HealthTimeout = TimeSpan.FromSeconds(2),
        Probes = new SaleProbeOptions { BaseUrl = address },
    });
}
