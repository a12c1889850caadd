using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

/// <summary>Each in a process of its own: what is loaded stays loaded.</summary>
public sealed class IsolationTests
{
    // The Shell has imported the module already when the script starts; what matters is which YamlDotNet is used first.
    private const string UseTheirs = "[void][Reflection.Assembly]::LoadFrom('{0}'); $theirs = [YamlDotNet.Serialization.SerializerBuilder].Assembly.GetName().Version.ToString(2);";
    private const string UseOurs = "$valid = Test-ApertureConfig -Content \"authenticator:`n  disable: true`n\" -Quiet; $ours = {0};";
    private const string OursVersion = "[Runtime.Loader.AssemblyLoadContext]::All.Where({{ $_ -ne [Runtime.Loader.AssemblyLoadContext]::Default }}).Assemblies.Where({{ $_.GetName().Name -eq 'YamlDotNet' }}).GetName().Version.ToString(2)";

    [Fact]
    public Task A_session_that_holds_another_YamlDotNet_runs_the_module() => BothKeepTheirsAsync(Theirs() + Ours());

    [Fact]
    public Task A_session_that_has_used_the_module_loads_another_YamlDotNet() => BothKeepTheirsAsync(Ours() + Theirs());

    private static async Task BothKeepTheirsAsync(string script)
    {
        var shell = await ShellProcess.RunAsync("-NoProfile", "-Command", script + "\"$theirs $ours\"");

        Assert.Equal(string.Empty, shell.Error);
        Assert.Equal("13.0 18.0\n", shell.Output);
    }

    private static string Theirs() => string.Format(System.Globalization.CultureInfo.InvariantCulture, UseTheirs, Places.OtherYamlDotNet);

    private static string Ours() => string.Format(System.Globalization.CultureInfo.InvariantCulture, UseOurs, OursVersion.Replace("{{", "{", System.StringComparison.Ordinal).Replace("}}", "}", System.StringComparison.Ordinal));
}
