using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
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
    private string? address;

    private string[] Kill => OperatingSystem.IsWindows()
        ? ["taskkill", "/F", "/PID", listening.Id.ToString(CultureInfo.InvariantCulture)]
        : ["/bin/kill", "-9", listening.Id.ToString(CultureInfo.InvariantCulture)];

    private static string[] StopNothing => ["dotnet", TestProcess, "say", "0"];

    public async Task InitializeAsync()
    {
        address = "127.0.0.1:" + await listening.StandardOutput.ReadLineAsync();
        file = new GatewayFile(address);
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

    [Fact]
    public async Task One_that_listens_at_another_address_than_its_file_says_is_found_out()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var gateway = file!.Open(options => options with { ListenAddress = closed.LocalEndPoint!.ToString(), Probes = new SaleProbeOptions { BaseUrl = "http://" + address } });

        var takeDown = await RunAsync(gateway, StopNothing);

        Assert.Equal((true, true, false), (takeDown!.WasRun, takeDown.Listens, takeDown.IsDown));
        Assert.EndsWith("was seen selling, and the stop command was run. SOMETHING STILL LISTENS THERE.", takeDown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_address_that_is_named_for_a_gateway_is_looked_at()
    {
        using var gateway = file!.Open(options => options with
        {
            ListenAddress = "0.0.0.0:8081",
            Probes = new SaleProbeOptions { BaseUrl = "https://shop.example.com" },
            HealthUrl = "https://[::1]:8443/health",
        });

        Assert.Equal(["0.0.0.0:8081", "shop.example.com:443", "[::1]:8443"], ((IListenerAddresses)gateway).GetListeners());
    }

    [Fact]
    public async Task Of_one_whose_host_is_not_found_it_is_not_known_whether_it_listens()
    {
        using var gateway = file!.Open(options => options with { ListenAddress = "aperture.internal.invalid:18083" });

        var takeDown = await RunAsync(gateway, StopNothing);

        Assert.Equal((true, null, false), (takeDown!.WasRun, takeDown.Listens, takeDown.IsDown));
        Assert.EndsWith("It is not known whether something still listens there: check it yourself.", takeDown.ToString(), StringComparison.Ordinal);
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
