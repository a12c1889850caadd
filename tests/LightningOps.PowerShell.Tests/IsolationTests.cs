using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

/// <summary>Each in a process of its own: what is loaded stays loaded.</summary>
public sealed class IsolationTests
{
    private const string UseTheirs = """
        [void] [Reflection.Assembly]::LoadFrom('{0}')
        $theirs = [YamlDotNet.Serialization.SerializerBuilder]::new().Build().Serialize(@{ a = 1 }).Trim() + ' ' + [YamlDotNet.Serialization.SerializerBuilder].Assembly.GetName().Version.Major
        """;

    private const string ImportModule = """
        Import-Module '{0}'
        """;

    private const string UseModule = """
        $file = New-TemporaryFile
        Set-Content $file 'services: []'
        Invoke-LightningCompile -Mode Mock | Export-ApertureConfig -BaseConfig $file -Path $file -Confirm:$false
        $found = (Get-Content $file -Raw).Contains('pathregexp')
        Remove-Item $file
        $isolated = [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_ -ne [Runtime.Loader.AssemblyLoadContext]::Default }).Assemblies.Where({ $_.GetName().Name -eq 'YamlDotNet' })
        $ours = "$found " + $isolated.GetName().Version.Major
        """;

    private const string Tell = """
        "theirs: $theirs, ours: $ours"
        """;

    private static string Theirs => UseTheirs.Replace("{0}", Places.OtherYamlDotNet, System.StringComparison.Ordinal) + "\n";

    private static string Import => ImportModule.Replace("{0}", Places.Manifest, System.StringComparison.Ordinal) + "\n";

    [Fact]
    public Task A_session_that_holds_another_YamlDotNet_imports_and_runs_the_module() =>
        EachKeepsItsOwnAsync(Theirs + Import + UseModule + "\n" + Tell);

    [Fact]
    public Task A_session_that_has_run_the_module_loads_another_YamlDotNet() =>
        EachKeepsItsOwnAsync(Import + UseModule + "\n" + Theirs + Tell);

    [Fact]
    public Task A_session_that_has_imported_the_module_loads_another_YamlDotNet_before_it_runs_the_module() =>
        EachKeepsItsOwnAsync(Import + Theirs + UseModule + "\n" + Tell);

    private static async Task EachKeepsItsOwnAsync(string script)
    {
        var session = await ShellProcess.RunBareAsync(script);

        Assert.Equal(string.Empty, session.Error);
        Assert.Equal("theirs: a: 1 13, ours: True 18\n", session.Output);
    }
}
