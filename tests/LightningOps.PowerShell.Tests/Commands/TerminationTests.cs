using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>A real SIGTERM, SIGHUP or SIGINT, mostly sent by the reload command to the process that runs it: always in the midst of a roll-out.</summary>
public sealed class TerminationTests : IDisposable
{
    private const int EndedBySigterm = 128 + 15;
    private const int EndedBySighup = 128 + 1;
    private const string Services = """{"services":[{"name":"pw_news.route_news","address":"news.vendor.example.com:443","protocol":"https","host_regexp":"^openagents\\.com$","path_regexp":"^/api/news/premium$","price":"2","auth":"on","auth_scheme":"AUTH_SCHEME_L402"}]}""";
    private const string Empty = "listenaddr: 127.0.0.1:0\nservices: []\n";
    private readonly Hosting.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_roll_out_that_is_terminated_ends_with_the_old_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var shell = await RunAsync("Sync-ApertureConfig @p -Gateway $g -ReloadCommand $kill -Force");

        Assert.Equal(EndedBySigterm, shell.ExitCode);
        Assert.Equal(Empty, File.ReadAllText(folder.File("aperture.yaml")));
    }

    [Theory]
    [InlineData("TERM", EndedBySigterm)]
    [InlineData("HUP", EndedBySighup)]
    public async Task A_close_that_is_terminated_or_whose_terminal_is_closed_is_finished(string signal, int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var shell = await RunAsync("$kill[2] = $kill[2].Replace('TERM', '" + signal + "'); $f = $g.Substring(5); Invoke-LightningCompile @p | Export-ApertureConfig $f -BaseConfig $f; Set-L402GlobalPause -Active @p -Sync -Gateway $g -ReloadCommand $kill -Force");

        Assert.Equal(exitCode, shell.ExitCode);
        Assert.Contains("\"globalPause\":true", (await ShellProcess.RunAsync("-Command", "Get-L402SecurityState -Mode Local -StorePath '" + folder.File("s.db") + "' | Export-Json")).Output, StringComparison.Ordinal);
        var addresses = File.ReadAllLines(folder.File("aperture.yaml")).Where(static line => line.TrimStart().StartsWith("address:", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.Matches("127\\.0\\.0\\.1:0\"?$", address));
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_a_roll_out_at_once_which_is_recorded_as_not_known()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The command presses Ctrl+C. When it runs again to load the old file, it presses it once more, and continues for longer than anybody
        // waits.
        var press = "echo x >> '" + folder.File("runs") + "'; kill -INT `$PPID; sleep 100; echo x > '" + folder.File("finished") + "'";
        var shell = await RunAsync("$press = 'sh', '-c', \"" + press + "\"; Sync-ApertureConfig @p -Gateway $g -ReloadCommand $press -Force");

        Assert.False(File.Exists(folder.File("finished")));
        Assert.Equal(2, File.ReadAllLines(folder.File("runs")).Length);
        Assert.Contains("What the gateway serves is not known", shell.Output + shell.Error, StringComparison.Ordinal);
        Assert.Equal(Empty, File.ReadAllText(folder.File("aperture.yaml")));
        var look = await ShellProcess.RunAsync(
            "-Command", "$p = @{ Mode = 'Local'; StorePath = '" + folder.File("s.db") + "' }; \"$(@(Get-L402Deployment @p | Where-Object Status -eq Applied).Count) $((Test-ApertureDrift @p -Gateway 'file:" + folder.File("aperture.yaml") + "' -ErrorAction SilentlyContinue -WarningAction SilentlyContinue).Evidence)\"");
        Assert.Equal("0 NotKnown", look.Output.Trim());
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_a_pause_at_once_which_is_set_and_whose_gateway_is_not_known_to_be_closed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Ctrl+C is pressed while the first close is sent, and once more while the gateway is asked what came of it; it answers neither.
        var isSent = false;
        var presses = 0;
        await using var admin = new LoopbackServer(request =>
        {
            if (!isSent && request.Method == "GET")
            {
                return Task.FromResult(request.Target.EndsWith("/services", StringComparison.Ordinal) ? Reply.Json(Services) : Reply.Status(404));
            }

            isSent = true;
            if (presses < 2)
            {
                presses++;
                using var press = Process.Start("kill", ["-INT", File.ReadAllText(folder.File("pid")).Trim()]);
                press.WaitForExit();
            }

            return Task.FromResult(Reply.Stall);
        });
        File.WriteAllText(folder.File("admin.macaroon"), "0201036c6e64");

        var shell = await RunAsync("$PID > '" + folder.File("pid") + "'; Set-L402GlobalPause -Active @p -Sync -Gateway 'admin:" + admin.Url + "' -MacaroonPath '" + folder.File("admin.macaroon") + "' -Force; 'went on'");

        Assert.Equal(2, presses);
        Assert.DoesNotContain("went on", shell.Output, StringComparison.Ordinal);
        Assert.Contains("What the gateway serves is not known", shell.Output + shell.Error, StringComparison.Ordinal);
        var look = await ShellProcess.RunAsync(
            "-Command", "$p = @{ Mode = 'Local'; StorePath = '" + folder.File("s.db") + "' }; \"$((Get-L402SecurityState @p).Global.GlobalPause) $(@(Get-L402Deployment @p | Where-Object Status -eq Applied).Count)\"");
        Assert.Equal("True 0", look.Output.Trim());
    }

    private Task<ShellProcess> RunAsync(string script)
    {
        File.WriteAllText(folder.File("aperture.yaml"), Empty);
        return ShellProcess.RunAsync(
            "-Command",
            "$p = @{ Mode = 'Local'; StorePath = '" + folder.File("s.db") + "' }; $g = 'file:" + folder.File("aperture.yaml") + "'; $kill = 'sh', '-c', 'kill -TERM $PPID; sleep 1'; "
            + "Import-LightningPaywall '" + Places.Vector("smoke/paywalls.json") + "' -StorePath '" + folder.File("s.db") + "' | Out-Null; " + script);
    }
}
