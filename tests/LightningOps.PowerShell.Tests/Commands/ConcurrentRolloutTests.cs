using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Two sessions that roll out to one file.</summary>
public sealed class ConcurrentRolloutTests : IAsyncDisposable
{
    private readonly ModuleSession first = new();
    private readonly ModuleSession second = new();
    private readonly TaskCompletionSource asked = new();
    private readonly TaskCompletionSource released = new();
    private readonly LoopbackServer slow;

    public ConcurrentRolloutTests() => slow = new LoopbackServer(async _ =>
    {
        asked.TrySetResult();
        await released.Task;
        return Reply.Status(200);
    });

    private string Sync => "Sync-ApertureConfig -Mode Local -StorePath '" + first.Folder.File("s.db") + "' -Gateway 'file:" + first.Folder.File("aperture.yaml") + "' -Force -HealthUrl " + slow.Url + " ";

    public async ValueTask DisposeAsync()
    {
        released.TrySetResult();
        await slow.DisposeAsync();
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task The_second_says_who_is_at_work_and_touches_nothing()
    {
        using var working = await WorkAsync();
        var before = File.ReadAllText(first.Folder.File("aperture.yaml"));

        var error = second.Run(Sync).Error("LeaseHeldError");

        Assert.Equal((ErrorCategory.ResourceBusy, (object)("file:" + first.Folder.File("aperture.yaml"))), (error.CategoryInfo.Category, error.TargetObject));
        Assert.Contains("is locked by process " + Environment.ProcessId + " on " + Environment.MachineName, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("for request first", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Wait until it has finished, or wait for it (Sync-ApertureConfig -WaitForLeaseSeconds)", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(first.Folder.File("aperture.yaml")));
    }

    [Fact]
    public async Task One_that_is_told_to_wait_says_for_whom_and_then_makes_its_own_run()
    {
        using var working = await WorkAsync();
        using var waiting = second.Prepare(Sync + "-WaitForLeaseSeconds 120 -Verbose");
        var told = new TaskCompletionSource<string>();
        waiting.Streams.Verbose.DataAdded += (_, added) =>
        {
            var message = waiting.Streams.Verbose[added.Index].Message;
            if (message.Contains("Lease waiting", StringComparison.Ordinal))
            {
                told.TrySetResult(message);
            }
        };

        var run = waiting.InvokeAsync();
        Assert.Contains("waiting: held by process " + Environment.ProcessId + " on " + Environment.MachineName, await told.Task.WaitAsync(TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
        Assert.Contains(waiting.Streams.Progress, static progress => progress.StatusDescription.StartsWith("Acquiring the lease, waiting: held by process", StringComparison.Ordinal));
        released.SetResult();

        var result = Assert.Single(await run.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(("Written", null), (result.Properties["Serving"].Value.ToString(), result.Properties["FailureCode"].Value));
    }

    [Fact]
    public async Task Breaking_the_lease_shows_whom_it_breaks_and_asks_and_the_other_stops()
    {
        using var working = await WorkAsync();
        var sync = Sync.Replace(" -Force", string.Empty, StringComparison.Ordinal) + "-BreakLease ";

        Assert.Contains("-Force", second.Run(sync).Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        second.Screen.Answer = 1;
        second.Run(sync).Error("LeaseHeldError");
        second.Screen.Answer = 0;
        var run = second.Prepare(sync).InvokeAsync();
        released.SetResult();
        var result = Assert.Single(await run.WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(("Written", null), (result.Properties["Serving"].Value.ToString(), result.Properties["FailureCode"].Value));
        Assert.Matches("Break the lease of file:.* held by process " + Environment.ProcessId + " on .* since \\d{4}-.* for request first, until \\d{4}-", second.Screen.Text);
    }

    [Fact]
    public async Task Forced_breaking_of_the_lease_warns_whom_it_broke_and_without_a_holder_it_says_nothing()
    {
        using var working = await WorkAsync();
        using var breaking = second.Prepare(Sync + "-BreakLease");

        var broke = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        breaking.Streams.Warning.DataAdded += (_, added) =>
        {
            if (breaking.Streams.Warning[added.Index].Message.StartsWith("Broke the lease", StringComparison.Ordinal))
            {
                broke.TrySetResult();
            }
        };
        var run = breaking.InvokeAsync();
        await broke.Task.WaitAsync(TimeSpan.FromMinutes(1));
        released.SetResult();
        await run.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Contains(breaking.Streams.Warning, static warning => warning.Message.StartsWith("Broke the lease of file:", StringComparison.Ordinal) && warning.Message.Contains("for request first, until ", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Run(Sync + "-BreakLease").Warnings, static warning => warning.Contains("lease", StringComparison.Ordinal));
    }

    /// <summary>A roll-out that waits at its health check.</summary>
    private async Task<System.Management.Automation.PowerShell> WorkAsync()
    {
        first.WithoutServices();
        first.Run("Import-LightningPaywall $paywalls -StorePath s.db", ("paywalls", Places.Vector("smoke/paywalls.json"))).Single();
        var working = first.Prepare(Sync + "-RequestId first");
        _ = working.InvokeAsync();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return working;
    }
}
