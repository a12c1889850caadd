using System;
using System.IO;
using System.Runtime.Versioning;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ApertureConfigTests : IDisposable
{
    private const string Base = "# kept\nlistenaddr: localhost:8081\nauthenticator:\n  lndhost: localhost:10009\n  tlspath: /lnd/tls.cert\n  macdir: /lnd\ndbbackend: sqlite\nservices:\n  - name: old\n";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_file_with_other_settings_is_not_replaced_without_them_and_NoClobber_replaces_none()
    {
        System.IO.File.WriteAllText(session.Folder.File("aperture.yaml"), "listenaddr: 127.0.0.1:8081\nservices: [] # ours\n");
        const string Compile = "Invoke-LightningCompile -Mode Mock | Export-ApertureConfig ";

        Assert.Contains("-BaseConfig", session.Run(Compile + "aperture.yaml").Error("ConfigError").ErrorDetails.RecommendedAction, System.StringComparison.Ordinal);
        session.Run(Compile + "aperture.yaml -BaseConfig aperture.yaml -NoClobber").Error("ConfigError");
        Assert.Empty(session.Run(Compile + "aperture.yaml -BaseConfig aperture.yaml").Errors);
        Assert.Contains("services: # ours\n", System.IO.File.ReadAllText(session.Folder.File("aperture.yaml")), System.StringComparison.Ordinal);
        Assert.Empty(session.Run(Compile + "plain.yaml").Errors);
        Assert.Empty(session.Run(Compile + "plain.yaml").Errors);
        session.Run("1 | Export-Json plain.yaml -NoClobber").Error("ConfigError");
        System.IO.Directory.CreateDirectory(session.Folder.File("out"));
        System.IO.File.WriteAllText(session.Folder.File(System.IO.Path.Combine("out", "report.html")), string.Empty);
        session.Run("Invoke-L402Smoke Compile -Mode Mock | Export-L402Artifact out -NoClobber").Error("ConfigError");
    }

    [Fact]
    public void The_services_of_a_base_are_replaced_and_the_rest_is_kept()
    {
        File.WriteAllText(session.Folder.File("base.yaml"), Base);

        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -BaseConfig base.yaml");

        var written = File.ReadAllText(session.Folder.File("aperture.yaml"));
        Assert.StartsWith("# kept\nlistenaddr: localhost:8081\n", written, StringComparison.Ordinal);
        Assert.Contains("name: pw_news.route_news", written, StringComparison.Ordinal);
        Assert.DoesNotContain("old", written, StringComparison.Ordinal);
        Assert.Equal("True", session.Run("Test-ApertureConfig aperture.yaml -Quiet").Text());
    }

    [Fact]
    public void Comments_that_go_with_the_services_of_a_base_are_named_also_by_WhatIf()
    {
        File.WriteAllText(session.Folder.File("base.yaml"), Base.Replace("  - name: old\n", "  # of the shop\n  - name: old # why\n", StringComparison.Ordinal));
        const string Export = "Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -BaseConfig base.yaml";

        var asked = session.Run(Export + " -WhatIf");
        var done = session.Run(Export);

        Assert.All(new[] { asked, done }, outcome => Assert.Equal(
            "2 comments in the services of " + session.Folder.File("base.yaml") + " are not in the exported file, because its services are written anew: line 9, 10. Write a comment that is to stay above the key services (comments_lost).",
            Assert.Single(outcome.Warnings)));
        File.WriteAllText(session.Folder.File("base.yaml"), Base);
        Assert.Empty(session.Run(Export).Warnings);
    }

    [Fact]
    public void Without_a_base_the_artifact_is_the_file()
    {
        var result = session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -PassThru").Single();

        Assert.Equal(result.Properties["ApertureYaml"].Value, File.ReadAllText(session.Folder.File("aperture.yaml")));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -WhatIf");

        Assert.Empty(Directory.GetFiles(session.Folder.Path));
    }

    [Fact]
    public void A_compile_without_an_artifact_is_refused()
    {
        var outcome = session.Run("$p = Get-LightningPaywall -Mode Mock; $bad = $p, $p | ForEach-Object { $_ } | Invoke-LightningCompile 2>$null; $bad | Export-ApertureConfig aperture.yaml");

        outcome.Error("CompileInvalid");
        Assert.Empty(Directory.GetFiles(session.Folder.Path));
    }

    [Fact]
    public void A_base_that_is_not_yaml_is_named_and_left_alone()
    {
        File.WriteAllText(session.Folder.File("base.yaml"), "a: [");

        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig base.yaml -BaseConfig base.yaml").Error("ApertureConfigFormatError");

        Assert.Equal("a: [", File.ReadAllText(session.Folder.File("base.yaml")));
    }

    [Fact]
    public void A_base_that_is_not_utf8_is_refused_and_not_changed_in_passing()
    {
        File.WriteAllBytes(session.Folder.File("base.yaml"), [.. "# caf"u8, 0xe9, .. "\nlistenaddr: localhost:8081\n"u8]);

        var error = session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -BaseConfig base.yaml").Error("ConfigError");

        Assert.Equal("BaseConfig", error.TargetObject);
        Assert.False(File.Exists(session.Folder.File("aperture.yaml")));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void What_is_taken_over_from_a_base_is_readable_by_its_owner_only_and_an_existing_file_keeps_its_mode()
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllText(session.Folder.File("base.yaml"), Base);
        File.WriteAllText(session.Folder.File("shared.yaml"), Base);
        File.SetUnixFileMode(session.Folder.File("shared.yaml"), Private | UnixFileMode.GroupRead);

        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig aperture.yaml -BaseConfig base.yaml");
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig shared.yaml -BaseConfig base.yaml");

        Assert.Equal(Private, File.GetUnixFileMode(session.Folder.File("aperture.yaml")));
        Assert.Equal(Private | UnixFileMode.GroupRead, File.GetUnixFileMode(session.Folder.File("shared.yaml")));
    }

    [Theory]
    [InlineData("Test-ApertureConfig base.yaml")]
    [InlineData("[IO.FileInfo] \"$PWD/base.yaml\" | Test-ApertureConfig")]
    [InlineData("Test-ApertureConfig -Content ([IO.File]::ReadAllText(\"$PWD/base.yaml\"))")]
    [InlineData("[IO.File]::ReadAllLines(\"$PWD/base.yaml\") | Test-ApertureConfig")]
    [InlineData("[pscustomobject] @{ ApertureYaml = [IO.File]::ReadAllText(\"$PWD/base.yaml\") } | Test-ApertureConfig")]
    public void A_configuration_is_checked_wherever_it_comes_from(string script)
    {
        File.WriteAllText(session.Folder.File("base.yaml"), Base.Replace("dbbackend", "dbackend", StringComparison.Ordinal));

        var codes = session.Run("(" + script + ").Diagnostics | ForEach-Object { \"$($_.Line):$($_.Column) $($_.Code)\" }");

        Assert.Contains(codes.Output, static code => code.ToString() == "7:1 unknown_key");
    }

    [Fact]
    public void A_file_that_is_missing_is_an_error() => session.Run("Test-ApertureConfig nowhere.yaml").Error("FileNotFound");
}
