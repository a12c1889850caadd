using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>A real SIGTERM, sent by the reload command to the process that runs it: always in the midst of a roll-out.</summary>
public sealed class TerminationTests : IDisposable
{
    private const int EndedBySigterm = 128 + 15;
    private const string Empty = "listenaddr: 127.0.0.1:0\nservices: []\n";
    private readonly TemporaryFolder folder = new();

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

    [Fact]
    public async Task A_close_that_is_terminated_is_finished()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var shell = await RunAsync("$f = $g.Substring(5); Invoke-LightningCompile @p | Export-ApertureConfig $f -BaseConfig $f; Set-L402GlobalPause -Active @p -Sync -Gateway $g -ReloadCommand $kill -Force");

        Assert.Equal(EndedBySigterm, shell.ExitCode);
        Assert.Contains("\"globalPause\":true", (await ShellProcess.RunAsync("-Command", "Get-L402SecurityState -Mode Local -StorePath '" + folder.File("s.db") + "' | Export-Json")).Output, StringComparison.Ordinal);
        var addresses = File.ReadAllLines(folder.File("aperture.yaml")).Where(static line => line.TrimStart().StartsWith("address:", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.Matches("127\\.0\\.0\\.1:[09]", address));
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

    private Task<ShellProcess> RunAsync(string script)
    {
        File.WriteAllText(folder.File("aperture.yaml"), Empty);
        return ShellProcess.RunAsync(
            "-Command",
            "$p = @{ Mode = 'Local'; StorePath = '" + folder.File("s.db") + "' }; $g = 'file:" + folder.File("aperture.yaml") + "'; $kill = 'sh', '-c', 'kill -TERM $PPID; sleep 1'; "
            + "Import-LightningPaywall '" + Places.Vector("smoke/paywalls.json") + "' -StorePath '" + folder.File("s.db") + "' | Out-Null; " + script);
    }
}
