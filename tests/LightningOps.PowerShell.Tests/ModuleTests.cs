using System;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

public sealed class ModuleTests
{
    private static readonly string[] AllowedReferences = ["netstandard", "System.Management.Automation", "LightningOps", "System.Memory"];

    [Fact]
    public void Every_cmdlet_the_manifest_names_is_exported_and_no_other()
    {
        using var session = new ModuleSession();

        var exported = session.Run("(Get-Module LightningOps).ExportedCommands.Keys").Output.Select(static name => name.ToString());

        Assert.Equal(CmdletsOfManifest(), exported.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_cmdlets_know_no_third_party_type()
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(Places.Module, "LightningOps.PowerShell.dll")));
        var metadata = file.GetMetadataReader();

        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));

        Assert.Empty(references.Except(AllowedReferences));
    }

    [Theory]
    [InlineData("win-x64/native/e_sqlite3.dll")]
    [InlineData("win-arm64/native/e_sqlite3.dll")]
    [InlineData("linux-x64/native/libe_sqlite3.so")]
    [InlineData("linux-arm64/native/libe_sqlite3.so")]
    [InlineData("osx-x64/native/libe_sqlite3.dylib")]
    [InlineData("osx-arm64/native/libe_sqlite3.dylib")]
    public void The_native_library_of_each_platform_is_staged(string file) =>
        Assert.True(File.Exists(Path.Combine(Places.Module, "lib", "runtimes", file)));

    [Fact]
    public void What_the_framework_carries_is_apart_from_the_modules_own()
    {
        var own = Directory.GetFiles(Path.Combine(Places.Module, "lib"), "*.dll").Select(Path.GetFileName);

        Assert.Contains("LightningOps.dll", own);
        Assert.DoesNotContain(own, static name => name!.StartsWith("System.", StringComparison.Ordinal));
    }

    [Fact]
    public void No_symbols_and_no_documentation_files_of_the_compiler_are_shipped()
    {
        var shipped = Directory.GetFiles(Places.Module, "*", SearchOption.AllDirectories);

        Assert.DoesNotContain(shipped, static file => Path.GetExtension(file) is ".pdb" or ".deps.json");
    }

    private const long MaxBytes = 20 * 1024 * 1024;

    [Fact]
    public void The_module_is_small_enough_to_carry_along() =>
        Assert.InRange(Directory.GetFiles(Places.Module, "*", SearchOption.AllDirectories).Sum(static file => new FileInfo(file).Length), 1_000_000, MaxBytes);

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("CHANGELOG.md")]
    [InlineData("THIRD-PARTY-NOTICES.txt")]
    public void What_a_user_has_to_know_is_shipped(string file) =>
        Assert.True(File.Exists(Path.Combine(Places.Module, file)));

    [Fact]
    public void The_version_is_that_of_the_assemblies()
    {
        var version = System.Reflection.AssemblyName.GetAssemblyName(Path.Combine(Places.Module, "lib", "LightningOps.dll")).Version!.ToString(3);

        Assert.Contains("ModuleVersion          = '" + version + "'", File.ReadAllText(Places.Manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_session_of_the_process_imports_the_module_too()
    {
        using var first = new ModuleSession();
        using var second = new ModuleSession();

        Assert.Equal("{\"a\":1}", first.Run("@{a=1} | Export-Json").Text());
        first.Run("Remove-Module LightningOps");
        Assert.Equal("{\"a\":1}", second.Run("@{a=1} | Export-Json").Text());
    }

    private static string[] CmdletsOfManifest()
    {
        var lines = File.ReadAllLines(Places.Manifest);
        return
        [
            .. lines
                .SkipWhile(static line => !line.Contains("CmdletsToExport", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(static line => !line.Contains(')', StringComparison.Ordinal))
                .Select(static line => line.Trim().Trim('\''))
                .Order(StringComparer.Ordinal),
        ];
    }
}
