using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class InvokeLightningCompileTests : IDisposable
{
    private const string MockHash = "cfg_e59ce865d9f03cc096385a5bc951679e3eedbf7d1d087116007ba317d6980c16";
    private const string TwiceTheSameRoute = "$p = Get-LightningPaywall -Mode Mock -PaywallId pw_news; $p, $p";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void The_mock_control_plane_compiles_to_the_recorded_hash_and_deployment()
    {
        var result = session.Run("Invoke-LightningCompile -Mode Mock -Format RouteDocument").Single();

        Assert.Equal(MockHash, result.Properties["ConfigHash"].Value.ToString());
        Assert.Equal("Pending", result.Properties["DeploymentStatus"].Value.ToString());
        Assert.Equal("dep_mem_1", result.Properties["DeploymentId"].Value);
        Assert.Equal("compile:mock", result.Properties["RequestId"].Value);
    }

    [Theory]
    [InlineData("Invoke-LightningCompile $file -Format RouteDocument")]
    [InlineData("Invoke-LightningCompile -Path $file -Format RouteDocument")]
    [InlineData("[IO.FileInfo] $file | Invoke-LightningCompile -Format RouteDocument")]
    [InlineData("[pscustomobject] @{ PSPath = \"FileSystem::$file\" } | Invoke-LightningCompile -Format RouteDocument")]
    [InlineData("Get-LightningPaywall -Mode Mock | Invoke-LightningCompile -Format RouteDocument")]
    [InlineData("Invoke-LightningCompile -InputObject (Get-LightningPaywall -Mode Mock) -Format RouteDocument")]
    public void A_file_or_the_pipeline_is_compiled_and_nothing_is_recorded(string script)
    {
        var result = session.Run(script, ("file", Places.Vector("smoke/paywalls.json"))).Single();

        Assert.Equal(MockHash, result.Properties["ConfigHash"].Value.ToString());
        Assert.Null(result.Properties["DeploymentId"].Value);
    }

    [Fact]
    public void Objects_with_the_members_of_a_paywall_are_taken_as_paywalls()
    {
        const string script = """
            $policy = @{ paywallId = 'p'; ownerId = 'o'; pricingMode = 'fixed'; fixedAmountMsats = 2000; killSwitch = $false; createdAtMs = 1; updatedAtMs = 1 }
            $route = @{ routeId = 'r'; paywallId = 'p'; ownerId = 'o'; hostPattern = 'h.example'; pathPattern = '/x'; upstreamUrl = 'https://u.example'; protocol = 'https'; timeoutMs = 0; priority = 1; createdAtMs = 1; updatedAtMs = 1 }
            [pscustomobject] @{ paywallId = 'p'; ownerId = 'o'; name = 'n'; status = 'active'; createdAtMs = 1; updatedAtMs = 1; policy = $policy; routes = @($route) } | Invoke-LightningCompile
            """;

        Assert.Equal(1, session.Run(script).Single().Properties["RuleCount"].Value);
    }

    [Fact]
    public void An_invalid_compile_is_a_result_and_then_an_error()
    {
        var outcome = session.Run("& {" + TwiceTheSameRoute + "} | Invoke-LightningCompile -Format RouteDocument");

        var result = Assert.Single(outcome.Output);
        var error = outcome.Error("CompileInvalid");
        Assert.Equal(false, result.Properties["Valid"].Value);
        Assert.Same(result.BaseObject, error.TargetObject);
        Assert.Contains("duplicate_route", error.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void The_artifact_is_written_to_the_file_byte_for_byte()
    {
        var result = session.Run("Invoke-LightningCompile -Mode Mock -OutFile aperture.yaml").Single();

        Assert.Equal(result.Properties["ApertureYaml"].Value, File.ReadAllText(session.Folder.File("aperture.yaml")));
    }

    [Fact]
    public void An_invalid_compile_leaves_the_file_as_it_is()
    {
        File.WriteAllText(session.Folder.File("aperture.yaml"), "services: []\n");

        session.Run("& {" + TwiceTheSameRoute + "} | Invoke-LightningCompile -OutFile aperture.yaml");

        Assert.Equal("services: []\n", File.ReadAllText(session.Folder.File("aperture.yaml")));
    }

    [Fact]
    public void A_file_with_settings_of_its_own_is_not_replaced_and_nothing_is_recorded()
    {
        const string HandWritten = "listenaddr: localhost:8081\nservices: []\n";
        File.WriteAllText(session.Folder.File("aperture.yaml"), HandWritten);

        var outcome = session.Run("Invoke-LightningCompile -Mode Mock -OutFile aperture.yaml");

        Assert.Empty(outcome.Output);
        Assert.Contains("OutFile: " + session.Folder.File("aperture.yaml") + " contains settings other than services", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
        Assert.Equal(HandWritten, File.ReadAllText(session.Folder.File("aperture.yaml")));
    }

    [Theory]
    [InlineData("Export-LightningPaywall ./s.db")]
    [InlineData("Invoke-LightningCompile -OutFile ./s.db")]
    [InlineData("New-L402Plan memory -OutFile ./s.db")]
    [InlineData("Invoke-LightningCompile | Export-L402Catalog ./s.db")]
    [InlineData("Invoke-LightningCompile | Export-L402Artifact -JUnitPath ./s.db")]
    [InlineData("Export-L402Metric ./s.db")]
    [InlineData("Get-LightningPaywall | Export-Json -Path ./s.db")]
    [InlineData("Get-LightningPaywall | Export-Json -Path ./s.db -AsArray")]
    public void A_store_is_not_replaced_by_the_file_of_a_command(string command)
    {
        session.Run("Connect-LightningOps -Mode Local -StorePath ./s.db -OwnerId owner_1; New-LightningPaywall shop.example.com '/x' https://up.example -PriceSats 5");

        var outcome = session.Run(command);

        Assert.NotEmpty(outcome.Errors);
        Assert.Single(session.Run("Get-LightningPaywall").Output);
    }

    [Fact]
    public void WhatIf_compiles_and_neither_records_nor_writes()
    {
        var result = session.Run("Invoke-LightningCompile -Mode Mock -OutFile aperture.yaml -WhatIf").Single();

        Assert.Null(result.Properties["DeploymentId"].Value);
        Assert.Empty(Directory.GetFiles(session.Folder.Path));
    }

    [Fact]
    public void A_file_that_is_missing_is_an_error_and_the_next_is_compiled()
    {
        var outcome = session.Run("Invoke-LightningCompile nowhere.json, $file", ("file", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("nowhere.json", outcome.Error("FileNotFound").TargetObject);
        Assert.Single(outcome.Output);
    }

    [Fact]
    public void A_snapshot_that_does_not_decode_names_the_member()
    {
        File.WriteAllText(session.Folder.File("s.json"), """{"paywalls":[{"paywallId":"p"}]}""");

        var error = session.Run("Invoke-LightningCompile s.json").Error("ControlPlaneDecodeError");

        Assert.Contains("[0]", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_wildcard_characters_is_taken_literally()
    {
        File.Copy(Places.Vector("smoke/paywalls.json"), session.Folder.File("a[1].json"));

        session.Run("Invoke-LightningCompile 'a[1].json'").Single();
    }

    [Fact]
    public void A_store_keeps_what_was_recorded()
    {
        var history = session.Run(
            "Import-LightningPaywall $file -StorePath s.db | Out-Null; Connect-LightningOps Local -StorePath s.db; Invoke-LightningCompile -RequestId r0 | Out-Null; Invoke-LightningCompile -RequestId r1 -Record | Out-Null; Get-L402Deployment -IncludeCompiled",
            ("file", Places.Vector("smoke/paywalls.json"))).Single();

        Assert.Equal("r1", history.Properties["RequestId"].Value);
    }

    [Fact]
    public void The_smoke_gives_the_recorded_json()
    {
        var recorded = File.ReadAllText(Places.Vector("smoke/compile.json")).Trim();

        Assert.Equal(recorded, session.Run("Invoke-L402Smoke -Name Compile -Mode Mock -Format RouteDocument | Export-Json").Text());
    }

    [Fact]
    public void Two_files_and_one_OutFile_are_refused()
    {
        var outcome = session.Run("Invoke-LightningCompile $file, $file -OutFile a.yaml", ("file", Places.Vector("smoke/paywalls.json")));

        Assert.Equal("ConfigError", outcome.Errors.Single().FullyQualifiedErrorId.Split(',')[0]);
    }

    [Theory]
    [InlineData("1, $paywall")]
    [InlineData("$paywall, $null")]
    [InlineData("@{ paywallId = 'x' }, $paywall")]
    public void A_pipeline_with_something_else_than_paywalls_is_not_compiled_in_part(string input)
    {
        var outcome = session.Run("$paywall = Get-LightningPaywall pw_news -Mode Mock; " + input + " | Invoke-LightningCompile");

        outcome.Error("ControlPlaneDecodeError");
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("Get-LightningPaywall -Mode Mock | Invoke-LightningCompile", true)]
    [InlineData("Get-LightningPaywall -Mode Mock | Invoke-LightningCompile -Mode Mock", false)]
    [InlineData("Invoke-LightningCompile -Mode Mock", false)]
    public void A_compile_that_does_not_know_the_kill_switches_says_so(string script, bool warned)
    {
        var warnings = session.Run(script).Warnings;

        Assert.Equal(warned, warnings.Any(static warning => warning.Contains("kill switches", StringComparison.Ordinal)));
    }
}
