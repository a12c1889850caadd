using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>Whole reconciles of a file with a local store as the control plane, by processes that are killed or meet.</summary>
public sealed class ReconcileProcessTests : IAsyncLifetime
{
    private const string Killed = "dep_reconcile_killed";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly IReadOnlyList<Paywall> OldPaywalls = [Selling("/a")];
    private static readonly IReadOnlyList<Paywall> NewPaywalls = [Selling("/a"), Selling("/b/*")];

    private readonly GatewayFile file = new();
    private readonly LocalControlPlane plane;
    private LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    public ReconcileProcessTests() => plane = new LocalControlPlane(new LocalStoreOptions { Path = Store });

    private string Store => file.Beside("store.db");

    public async Task InitializeAsync()
    {
        await plane.ImportPaywallsAsync(OldPaywalls, PaywallImportMode.Replace, None);
        Assert.True((await ReconcileAsync("old")).Ok);
        await plane.ImportPaywallsAsync(NewPaywalls, PaywallImportMode.Replace, None);
    }

    public async Task DisposeAsync()
    {
        plane.Dispose();
        await up.DisposeAsync();
        file.Dispose();
    }

    [Theory]
    [InlineData("stage:outbox", false, null)]
    [InlineData("stage:pending", false, null)]
    [InlineData("stage:active_lookup", false, DeploymentStatus.Failed)]
    [InlineData("stage:apply", false, DeploymentStatus.Failed)]
    [InlineData("step:keep", false, DeploymentStatus.Failed)]
    [InlineData("step:write", false, DeploymentStatus.Failed)]
    [InlineData("step:reload", true, DeploymentStatus.Failed)]
    [InlineData("step:record", true, DeploymentStatus.Failed)]
    [InlineData("step:prune", true, DeploymentStatus.Failed)]
    [InlineData("stage:health", true, DeploymentStatus.Failed)]
    [InlineData("stage:record", true, DeploymentStatus.Applied)]
    public async Task A_kill_at_any_place_leaves_the_old_file_or_the_new_and_the_next_run_converges_and_says_so(string place, bool isNew, DeploymentStatus? recorded)
    {
        var (old, wanted) = (file.Text, file.With(GetBlock(NewPaywalls)));
        await KillAtAsync(place);
        Assert.Equal(isNew ? wanted : old, file.Text);

        var result = await ReconcileAsync("next");

        Assert.True(result is { Ok: true, Serving: LiveConfiguration.Wanted }, result.ToString());
        Assert.Equal(wanted, file.Text);
        Assert.Equal(DeploymentStatus.Applied, (await RecordAsync("dep_reconcile_next"))!.Status);
        var killed = await RecordAsync(Killed);
        Assert.Equal(recorded, killed?.Status);
        if (recorded == DeploymentStatus.Failed)
        {
            Assert.Equal("interrupted", (string?)JsonNode.Parse(killed!.Metadata!.Value)!["failure"]!["code"]);
        }
    }

    [Theory]
    [InlineData("stage:apply", false)]
    [InlineData("step:write", true)]
    [InlineData("step:reload", true)]
    [InlineData("stage:health", true)]
    public async Task A_kill_after_the_first_write_leaves_who_changed_what_and_that_it_may_be_live(string place, bool isSent)
    {
        await KillAtAsync(place);

        var pending = await RecordAsync(Killed);
        Assert.Equal(
            (DeploymentStatus.Pending, isSent ? "file:" + file.Path : null, isSent ? "1 added: added " : null, isSent),
            (pending!.Status, pending.Gateway, pending.Changes?[..15], pending.Changes?.EndsWith(". It may be live: the outcome was not recorded yet", StringComparison.Ordinal) == true));
        var begun = await plane.ListJournalAsync(new JournalQuery { DeploymentId = Killed }, None);
        Assert.Equal(isSent ? ["roll-out begun|" + pending.Who] : [], begun.Select(static entry => entry.Action + "|" + entry.Account));

        Assert.True((await ReconcileAsync("next")).Ok);

        var failed = await RecordAsync(Killed);
        Assert.Equal((DeploymentStatus.Failed, pending.Changes), (failed!.Status, failed.Changes));
        var reason = (string)JsonNode.Parse(failed.Metadata!.Value)!["failure"]!["reason"]!;
        Assert.Equal(isSent, reason.Contains("it may be live: 1 added: added ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stage:rollback", true)]
    [InlineData("stage:record", false)]
    public async Task A_kill_while_it_goes_back_leaves_one_of_the_two_and_the_next_run_converges(string place, bool isNew)
    {
        var (old, wanted) = (file.Text, file.With(GetBlock(NewPaywalls)));
        await AnswerAsync(404);
        await KillAtAsync(place);
        Assert.Equal(isNew ? wanted : old, file.Text);
        await AnswerAsync(200);

        Assert.True((await ReconcileAsync("next")).Ok);

        Assert.Equal(wanted, file.Text);
        Assert.Equal(isNew ? DeploymentStatus.Failed : DeploymentStatus.RolledBack, (await RecordAsync(Killed))!.Status);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("store")]
    public async Task Of_two_at_once_one_does_the_work_and_the_other_waits_or_says_who_is_at_work(string leases)
    {
        using var worker = Start("worker", leases, 0, "stage:apply");
        Assert.Equal("stage:apply", await worker.ReadLineAsync());

        using (var hasty = Start("hasty", leases, 0))
        {
            var line = await hasty.ReadLineAsync();
            Assert.StartsWith("LeaseHeldError file:" + file.Path + " is locked by process " + worker.Id + " on " + Environment.MachineName, line, StringComparison.Ordinal);
            Assert.EndsWith("for request worker", line, StringComparison.Ordinal);
        }

        using var patient = Start("patient", leases, 60);
        Assert.StartsWith("waits held by process " + worker.Id + " ", await patient.ReadLineAsync(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file.Path + ".go", string.Empty);

        Assert.Equal("Applied True", await worker.ReadLineAsync());
        Assert.Equal("Applied False", await patient.ReadLineAsync());
        Assert.Equal(file.With(GetBlock(NewPaywalls)), file.Text);
        foreach (var request in new[] { "worker", "patient" })
        {
            Assert.Equal(DeploymentStatus.Applied, (await RecordAsync("dep_reconcile_" + request))!.Status);
        }
    }

    private async Task AnswerAsync(int status)
    {
        await up.DisposeAsync();
        up = new LoopbackServer(_ => Task.FromResult(Reply.Status(status)));
    }

    private async Task KillAtAsync(string place)
    {
        using var process = Start("killed", "file", 0, place);
        Assert.Equal(place, await process.ReadLineAsync());
        await process.KillAsync();
    }

    private StartedProcess Start(string requestId, string leases, int wait, string place = "") =>
        StartedProcess.Start("reconcile-file", Store, file.Path, up.Url, requestId, leases, wait.ToString(CultureInfo.InvariantCulture), place);

    private async Task<ReconcileResult> ReconcileAsync(string requestId)
    {
        using var gateway = file.Open(options => options with { HealthUrl = up.Url });
        using var stores = ReconcileStores.Open(
            new ControlPlaneSettings { Mode = ControlPlaneMode.Local, StorePath = Store }, OperatorEnvironment.From(new Dictionary<string, string>()), gateway.Name);
        return await new Reconciler(plane, gateway, stores).RunAsync(new ReconcileOptions { RequestId = requestId }, None);
    }

    private async Task<Deployment?> RecordAsync(string deploymentId) =>
        (await plane.ListDeploymentsAsync(new DeploymentQuery { DeploymentId = deploymentId }, None)).SingleOrDefault();

    private static string GetBlock(IReadOnlyList<Paywall> paywalls)
    {
        var artifact = Encoding.UTF8.GetString(CreateRollout("any", [.. paywalls]).Artifact.Span);
        return artifact[artifact.IndexOf("services:", StringComparison.Ordinal)..];
    }
}
