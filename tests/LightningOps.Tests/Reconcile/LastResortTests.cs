using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Reconcile;
using LightningOps.Tests.Gateway.ApertureFile;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>A gateway that goes on selling is taken down as a whole, and only then.</summary>
public sealed class LastResortTests : IAsyncLifetime
{
    private static readonly string TestProcess = Path.Combine(AppContext.BaseDirectory, "LightningOps.TestProcess.dll");
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Process listening = Process.Start(new ProcessStartInfo("dotnet", [TestProcess, "listen"]) { RedirectStandardOutput = true })!;
    private GatewayFile? file;

    private string[] Kill => OperatingSystem.IsWindows()
        ? ["taskkill", "/F", "/PID", listening.Id.ToString(CultureInfo.InvariantCulture)]
        : ["/bin/kill", "-9", listening.Id.ToString(CultureInfo.InvariantCulture)];

    private static string[] StopNothing => ["dotnet", TestProcess, "say", "0"];

    public async Task InitializeAsync()
    {
        file = new GatewayFile("127.0.0.1:" + await listening.StandardOutput.ReadLineAsync());
        using var gateway = file.Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
    }

    public Task DisposeAsync()
    {
        if (!listening.HasExited)
        {
            listening.Kill();
        }

        listening.Dispose();
        file!.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task One_that_is_seen_selling_is_taken_down_and_nothing_listens_there()
    {
        using var gateway = file!.Open();

        var takeDown = await RunAsync(gateway, Kill);

        Assert.Equal((true, true, null, false, true), (takeDown!.IsSelling, takeDown.WasRun, takeDown.Failure, takeDown.Listens, takeDown.IsDown));
        Assert.EndsWith("Nothing listens there any more.", takeDown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_stops_nothing_is_found_out()
    {
        using var gateway = file!.Open();

        var takeDown = await RunAsync(gateway, StopNothing);

        Assert.Equal((true, true, false), (takeDown!.WasRun, takeDown.Listens, takeDown.IsDown));
        Assert.EndsWith("SOMETHING STILL LISTENS THERE.", takeDown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_of_which_it_is_not_known_is_taken_down_only_when_told(bool isTold)
    {
        // Closed in the file, and nothing shows that it is loaded.
        using var gateway = new ApertureFileGateway(file!.Options());
        await gateway.CloseAsync(new GatewayClosing { RequestId = "stop", DeploymentId = "dep_close_stop", Decide = static (_, _) => CloseDecision.Close, IsEverything = true }, None);

        var takeDown = await RunAsync(gateway, Kill, isTold);

        Assert.Equal((false, isTold, isTold), (takeDown!.IsSelling, takeDown.WasRun, takeDown.IsDown));
        Assert.Equal(isTold, listening.WaitForExit(isTold ? 10_000 : 0));
    }

    [Fact]
    public async Task One_that_is_closed_is_left_up()
    {
        using var gateway = file!.Open();
        await gateway.CloseAsync(new GatewayClosing { RequestId = "stop", DeploymentId = "dep_close_stop", Decide = static (_, _) => CloseDecision.Close, IsEverything = true }, None);

        Assert.Null(await RunAsync(gateway, Kill, isTold: true));

        Assert.False(listening.HasExited);
    }

    private static Task<GatewayTakeDown?> RunAsync(IGateway gateway, string[] command, bool isTold = false) => new LastResort(gateway, TimeProvider.System).RunAsync(
        null,
        isGlobal: true,
        new LastResortOptions { Command = command, CloseTimeout = TimeSpan.Zero, StopIfUnconfirmed = isTold, DownTimeout = TimeSpan.FromSeconds(command.Length == StopNothing.Length && command[0] == "dotnet" ? 0 : 10) },
        None);
}
