using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Paths that name no file: each is written through, or a typed error with a remedy.</summary>
public sealed class PathTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Test-ApertureConfig $path")]
    [InlineData("1 | Export-Json $path")]
    [InlineData("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig $path")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway \"file:$path\" -Force")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway @{ Kind = 'file'; Path = $path } -Force")]
    [InlineData("Get-LightningPaywall -Mode Local -StorePath $path")]
    [InlineData("Connect-LightningOps Mock -EnvironmentFile $path")]
    [InlineData("Import-LightningPaywall $path -StorePath s.db")]
    [InlineData("Import-L402Settlement $path -Mode Mock")]
    [InlineData("Test-ApertureDrift -Mode Mock -Gateway admin:https://127.0.0.1:1 -MacaroonPath $path")]
    public void A_path_with_a_NUL_is_an_error_with_a_remedy(string script)
    {
        var error = session.Run(script, ("path", "a\0b")).Errors[0];

        Assert.NotEmpty(error.ErrorDetails?.RecommendedAction ?? string.Empty);
        Assert.DoesNotContain('\0', error.ToString());
    }

    [UnixFact]
    public void A_device_is_written_through_and_stays_a_device()
    {
        session.Run("1 | Export-Json /dev/null; Invoke-LightningCompile -Mode Mock | Export-ApertureConfig /dev/null");

        Assert.True(File.Exists("/dev/null"));
        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
    }

    [UnixFact]
    public async Task A_pipe_is_written_through_to_its_reader()
    {
        var pipe = session.Folder.File("pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync();
        }

        var reading = Task.Run(() => File.ReadAllText(pipe));
        Assert.Empty(session.Run("$null = 1; while ($true) { try { 7 | Export-Json $pipe -ErrorAction Stop | Out-Null; break } catch { if (\"$_\" -notmatch 'without a reader') { throw } } }", ("pipe", pipe)).Errors);

        Assert.Equal("7", (await reading.WaitAsync(TimeSpan.FromMinutes(1))).Trim());
    }

    [Theory]
    [InlineData("Test-ApertureDrift -Mode Local -StorePath s.db -Gateway file:nowhere/aperture.yaml")]
    [InlineData("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:nowhere/aperture.yaml -Force")]
    [InlineData("Set-L402GlobalPause -Active -Mode Local -StorePath s.db -Force -Sync -Gateway file:nowhere/aperture.yaml")]
    public void A_mistyped_path_leaves_no_folder_and_no_lock(string script)
    {
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db").Single();
        var before = Directory.GetFileSystemEntries(session.Folder.Path, "*", SearchOption.AllDirectories).Where(static name => !Path.GetFileName(name).StartsWith("s.db", StringComparison.Ordinal));

        Assert.NotEmpty(session.Run(script).Errors);

        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(session.Folder.Path, "*", SearchOption.AllDirectories).Where(static name => !Path.GetFileName(name).StartsWith("s.db", StringComparison.Ordinal)).Order());
    }
}
