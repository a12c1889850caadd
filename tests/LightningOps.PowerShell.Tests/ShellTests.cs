using System.IO;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

public sealed class ShellTests
{
    [Fact]
    public async Task Output_is_formatted_and_the_exit_code_is_0()
    {
        var shell = await ShellProcess.RunAsync("-NoProfile", "-NonInteractive", "-Command", "@{ a = 1 } | Export-Json");

        Assert.Equal(new ShellProcess(0, "{\"a\":1}\n", string.Empty), shell);
    }

    [Theory]
    [InlineData("throw 'no'", 1)]
    [InlineData("Get-Command nowhere", 1)]
    [InlineData("Get-Command nowhere; 'yes'", 0)]
    [InlineData("exit 7", 7)]
    public async Task The_exit_code_is_that_of_pwsh(string script, int exitCode) =>
        Assert.Equal(exitCode, (await ShellProcess.RunAsync("-Command", script)).ExitCode);

    [Fact]
    public async Task A_script_file_gets_its_arguments_and_its_exit_code_counts()
    {
        using var folder = new TemporaryFolder();
        var script = folder.File("say.ps1");
        await File.WriteAllTextAsync(script, "param([string] $Name, [switch] $Loud) if ($Loud) { \"$Name!\" }; exit 3");

        var shell = await ShellProcess.RunAsync("-File", script, "-Name", "you there", "-Loud");

        Assert.Equal(new ShellProcess(3, "you there!\n", string.Empty), shell);
    }

    [Fact]
    public async Task A_script_comes_on_standard_input()
    {
        var shell = await ShellProcess.RunWithInputAsync("'hello'", "-Command", "-");

        Assert.Equal(new ShellProcess(0, "hello\n", string.Empty), shell);
    }

    [Fact]
    public async Task Without_arguments_there_is_a_prompt_with_the_module_loaded()
    {
        var shell = await ShellProcess.RunWithInputAsync("\"<$((Get-Module LightningOps).ExportedCmdlets.Count -gt 30)>\"\nexit 5\n");

        Assert.Equal(5, shell.ExitCode);
        Assert.Contains("PS ", shell.Output, System.StringComparison.Ordinal);
        Assert.Contains("<True>", shell.Output, System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_of_PowerShell_is_there()
    {
        var shell = await ShellProcess.RunAsync("-NoProfile", "-Command", "1, 2 | Select-Object -Last 1 | ConvertTo-Json");

        Assert.Equal(new ShellProcess(0, "2\n", string.Empty), shell);
    }

    [Fact]
    public async Task The_module_is_loaded_from_a_copy_so_that_the_next_build_can_write()
    {
        var shell = await ShellProcess.RunAsync("-NoProfile", "-Command", "$base = (Get-Module LightningOps).ModuleBase; Test-Path $base; $base");

        var lines = shell.Output.Split('\n');
        Assert.Equal("True", lines[0]);
        Assert.False(lines[1].StartsWith(Path.GetFullPath(Places.Module), System.StringComparison.OrdinalIgnoreCase), lines[1]);
        Assert.False(Directory.Exists(lines[1]) && !System.OperatingSystem.IsWindows(), "The copy is left behind: " + lines[1]);
    }

    [Fact]
    public async Task An_error_names_the_command_the_reason_and_the_remedy_on_standard_error()
    {
        var shell = await ShellProcess.RunAsync("-Command", "$a = @{}; $a.self = $a; $a | Export-Json");

        Assert.Equal(1, shell.ExitCode);
        Assert.Equal(string.Empty, shell.Output);
        Assert.StartsWith("Export-Json: The object contains itself.\n  Recommendation: Select the members", shell.Error, System.StringComparison.Ordinal);
    }
}
