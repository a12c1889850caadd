using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Commands of an account that is not the owner of the files, in a process of that account.</summary>
public sealed class OtherAccountTests : IDisposable
{
    private const string Nobody = "65534";
    private const UnixFileMode Searched = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private readonly Hosting.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [RootFact]
    public async Task A_store_of_another_account_is_told_with_the_permission_that_is_missing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        File.SetUnixFileMode(folder.Path, Searched);
        var closed = Directory.CreateDirectory(folder.File("closed")).FullName;
        var made = await ShellProcess.RunAsync("-Command", "foreach ($s in '" + folder.File("s.db") + "', '" + Path.Combine(closed, "s.db") + "') { Import-LightningPaywall '" + Places.Vector("smoke/paywalls.json") + "' -StorePath $s | Out-Null }");
        Assert.Equal(0, made.ExitCode);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        foreach (var (store, denied) in new[] { (folder.File("s.db"), folder.File("s.db")), (Path.Combine(closed, "s.db"), closed) })
        {
            var refused = await ShellProcess.RunAsNobodyAsync(Home(), "try { Set-L402GlobalPause -Active -Force -Mode Local -StorePath '" + store + "' } catch { $_.FullyQualifiedErrorId; $_.Exception.Message; $_.ErrorDetails.RecommendedAction }");
            if (refused is null)
            {
                return;
            }

            Assert.Contains("StoreError,", refused.Output, StringComparison.Ordinal);
            Assert.Contains("has no permission to use " + denied + "\n", refused.Output, StringComparison.Ordinal);
            Assert.Contains("Grant this account read and write access to " + denied, refused.Output, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public async Task A_pause_closes_what_it_may_write_at_all_whatever_becomes_of_lock_versions_and_owner()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        File.SetUnixFileMode(folder.Path, Searched);
        var sticky = Serve("sticky", "1777", "660");
        var inPlace = Serve("fixed", "755", "660");
        var replaced = Serve("readable", "770", "640");

        var paused = await ShellProcess.RunAsNobodyAsync(
            Home(),
            "Import-LightningPaywall '" + Vector() + "' -StorePath ~/s.db | Out-Null; foreach ($f in '" + sticky + "', '" + inPlace + "', '" + replaced + "') { Set-L402GlobalPause -Active -Force -Mode Local -StorePath ~/s.db -Sync -Gateway file:$f -ErrorVariable e -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null; $e[0].Exception.Message }");
        if (paused is null)
        {
            return;
        }

        // Nothing was reloaded: what is written is never told as closed.
        Assert.Equal(3, paused.Output.Split("is NOT CLOSED yet").Length - 1);
        foreach (var file in new[] { sticky, inPlace, replaced })
        {
            Assert.DoesNotContain(File.ReadAllLines(file), static line => line.TrimStart().StartsWith("address: ", StringComparison.Ordinal) && !line.EndsWith("127.0.0.1:0", StringComparison.Ordinal));
            Assert.Contains("127.0.0.1:0", File.ReadAllText(file), StringComparison.Ordinal);
        }

        Assert.Equal(("0:" + Nobody + ":660", "0:" + Nobody + ":660", Nobody + ":" + Nobody + ":640"), (Rights(sticky), Rights(inPlace), Rights(replaced)));
    }

    /// <summary>A vector of the build that any account can read.</summary>
    [UnsupportedOSPlatform("windows")]
    private string Vector()
    {
        var copy = folder.File("paywalls.json");
        File.Copy(Places.Vector("smoke/paywalls.json"), copy, overwrite: true);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return copy;
    }

    /// <summary>An aperture.yaml of root with services that sell, and of the group of the other account, in a folder of its own.</summary>
    private string Serve(string name, string folderMode, string fileMode)
    {
        var place = Directory.CreateDirectory(folder.File(name)).FullName;
        var file = Path.Combine(place, "aperture.yaml");
        File.WriteAllText(file, "listenaddr: 127.0.0.1:0\nservices:\n  - name: pw_weather.route_weather\n    hostregexp: ^openagents\\.com$\n    pathregexp: ^/api/weather/premium$\n    address: weather.vendor.example.com:443\n    protocol: https\n    auth: \"on\"\n    price: 3\n");
        Run("chown", "0:" + Nobody, place, file);
        Run("chmod", folderMode, place);
        Run("chmod", fileMode, file);
        return file;
    }

    private string Home()
    {
        var home = Directory.CreateDirectory(folder.File("home")).FullName;
        Run("chown", Nobody + ":" + Nobody, home);
        return home;
    }

    private static string Rights(string file) => Run("stat", "-c", "%u:%g:%a", file).Trim();

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
