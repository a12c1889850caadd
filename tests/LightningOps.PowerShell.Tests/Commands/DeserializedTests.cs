using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What comes back from jobs, remote sessions, child runbooks and Import-Clixml, at every parameter that binds from the pipeline.</summary>
public sealed class DeserializedTests : IDisposable
{
    // Types that PowerShell itself restores: texts, names of enums, addresses; and arguments that read the members of any piped object.
    private static readonly string[] BroughtBack = ["String", "Uri", "Object", "PSObject", "SmokeName", "CredentialRole", "PaywallInput", "SettlementArgument", "ContextArgument"];

    // The gateway is a listener of its process; a copy of it is not.
    private static readonly string[] OfOneProcess = ["LoopbackGateway"];

    private static readonly Dictionary<string, string[]> Samples = new()
    {
        ["CompileResult"] = ["Invoke-LightningCompile -Mode Mock", "Invoke-LightningCompile -Mode Mock -Format RouteDocument", "'{\"paywalls\":[]}' | Set-Content none.json; Invoke-LightningCompile -Path none.json -ErrorAction Ignore"],
        ["ReconcileResult"] = ["Sync-ApertureConfig -Mode Mock -Force", "Sync-ApertureConfig -Mode Mock -Gateway file:nowhere.yaml -Force -ErrorAction Ignore"],
        ["DriftResult"] = ["Test-ApertureDrift -Mode Mock", "Test-ApertureDrift -Mode Mock -Gateway ops:http://127.0.0.1:9, memory -ErrorAction Ignore"],
        ["SettlementImportResult"] = ["'{\"paywallId\":\"pw\"}', 'no' | Import-L402Settlement -Mode Mock -Confirm:$false -ErrorAction Ignore"],
        ["CompileSmokeResult"] = ["Invoke-L402Smoke Compile -Mode Mock"],
        ["SecuritySmokeResult"] = ["Invoke-L402Smoke Security -Mode Mock"],
        ["StagingSmokeResult"] = ["Invoke-L402Smoke Staging -Mode Mock"],
        ["SettlementSmokeResult"] = ["Invoke-L402Smoke Settlement -Mode Mock"],
        ["ObservabilitySmokeResult"] = ["Invoke-L402Smoke Observability -Mode Mock"],
        ["FullFlowSmokeResult"] = ["Invoke-L402Smoke FullFlow -Mode Mock -AllowMissingLocalArtifact", "Invoke-L402Smoke FullFlow -Mode Mock -ErrorAction Ignore"],
        ["Ep212RoutesSmokeResult"] = ["Invoke-L402Smoke Ep212Routes -Mode Mock -Confirm:$false"],
        ["Ep212FullFlowSmokeResult"] = ["Invoke-L402Smoke Ep212FullFlow -Mode Mock -Confirm:$false"],
        ["BuyerChainResult"] = ["Test-L402Gateway -Mode Mock -Gateway memory -ErrorAction Ignore"],
        ["L402Status"] = ["Get-L402Status -Mode Mock"],
    };

    private readonly ModuleSession session = new();

    public static TheoryData<string> Lines => [.. Samples.Values.SelectMany(static lines => lines)];

    public static TheoryData<string> OfCompiles => [.. Samples["CompileResult"].Take(2)];

    public void Dispose() => session.Dispose();

    [Fact]
    public void Every_type_that_binds_from_the_pipeline_has_a_sample_here_or_comes_back_by_itself()
    {
        var types = session.Run("""
            Get-Command -Module LightningOps -CommandType Cmdlet | ForEach-Object { $_.Parameters.Values } |
                Where-Object { $_.Attributes | Where-Object { $_.ValueFromPipeline } } | ForEach-Object ParameterType
            """).Output.Select(static type => (Type)type.BaseObject).Select(static type => type.GetElementType() ?? type).Distinct().ToArray();
        var domain = types.Single(static type => type.Name == "L402Status").Assembly;
        var reportable = domain.GetType("LightningOps.Artifacts.Reports.IReportable", throwOnError: true)!;
        var reports = domain.GetTypes().Where(type => !type.IsInterface && reportable.IsAssignableFrom(type));

        Assert.True(types.Length > 8);
        Assert.Empty(types.Select(static type => type.Name).Except([.. BroughtBack, .. OfOneProcess, .. Samples.Keys]));
        Assert.Empty(reports.Select(static type => type.Name).Except(Samples.Keys));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_copy_is_reported_as_the_live_object_is(string line)
    {
        var outcome = session.Run("$live = @(& { " + line + " })\n$copies = @([System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live)))\n" + """
            $live.Count; $copies[0].PSTypeNames[0]
            $live | Export-L402Artifact one
            $back = @($copies | Export-L402Artifact two -PassThru)
            ($live | Export-Json) -join "`n"; ($back | Export-Json) -join "`n"
            foreach ($at in 0..($live.Count - 1)) {
                foreach ($member in $live[$at].psobject.Properties | Where-Object { $_.MemberType -eq 'Property' -and $_.Name -notin 'Artifact', 'Before' }) {
                    $values = $member.Value, $back[$at].($member.Name) | ForEach-Object { if ($_ -is [Exception]) { "`"$($_.GetType()) $($_.Remedy)`"" } else { ConvertTo-Json -InputObject $_ -Depth 5 -Compress -WarningAction Ignore } }
                    $member.Name; $values
                }
            }
            """);

        Assert.Empty(outcome.Errors);
        var found = outcome.Output.Select(static one => one.ToString()).ToArray();
        Assert.NotEqual("0", found[0]);
        Assert.StartsWith("Deserialized.LightningOps.", found[1], StringComparison.Ordinal);
        Assert.Equal(Ordered(found[2]), Ordered(found[3]));
        foreach (var member in found.Skip(4).Chunk(3))
        {
            Assert.Equal(member[0] + Ordered(member[1]), member[0] + Ordered(member[2]));
        }

        Assert.Equal(Ordered(Read("one", "summary.json")), Ordered(Read("two", "summary.json")));
        Assert.Equal(Read("one", "events.jsonl").Split('\n').Select(Ordered), Read("two", "events.jsonl").Split('\n').Select(Ordered));
    }

    [Theory]
    [MemberData(nameof(OfCompiles))]
    public void A_copy_of_a_compile_is_written_as_the_live_one(string line)
    {
        var outcome = session.Run("$live = " + line + "; $live | Export-Clixml c.xml; $copy = Import-Clixml c.xml\n" + """
            $live | Export-ApertureConfig one.yaml; $copy | Export-ApertureConfig two.yaml
            (Get-FileHash one.yaml).Hash -eq (Get-FileHash two.yaml).Hash
            if ($live.Format -eq 'Aperture') { $live | Export-L402Catalog one.json; Export-L402Catalog two.json -InputObject $copy; (Get-FileHash one.json).Hash -eq (Get-FileHash two.json).Hash }
            """);

        Assert.Empty(outcome.Errors);
        Assert.All(outcome.Output, static same => Assert.True((bool)same.BaseObject));
        Assert.NotEmpty(outcome.Output);
    }

    [Fact]
    public void A_copy_of_a_compile_answers_which_rule_matches_as_the_live_one()
    {
        var outcome = session.Run("""
            $live = Invoke-LightningCompile -Mode Mock; $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live))
            $uri = 'https://' + ($live.Rules[0].Host -replace '^\*', 'a') + $live.Rules[0].Path
            ($live | Resolve-L402Route $uri | Export-Json); ($copy | Resolve-L402Route $uri | Export-Json)
            """);

        Assert.Empty(outcome.Errors);
        Assert.Equal(outcome.Output[0].ToString(), outcome.Output[1].ToString());
    }

    [Fact]
    public void A_copy_of_a_status_gives_the_same_metrics()
    {
        var outcome = session.Run("$live = Get-L402Status -Mode Mock; $live | Export-Clixml s.xml; $live | Export-L402Metric one.prom; Import-Clixml s.xml | Export-L402Metric two.prom; Get-Content one.prom -Raw; Get-Content two.prom -Raw");

        Assert.Empty(outcome.Errors);
        Assert.Equal(outcome.Output[0].ToString(), outcome.Output[1].ToString());
    }

    [Fact]
    public void A_copy_whose_artifact_was_changed_is_refused()
    {
        var error = session.Run("$copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Invoke-LightningCompile -Mode Mock))); $copy.ApertureYaml += '# more'; $copy | Export-ApertureConfig one.yaml").Errors.Single();

        Assert.Contains("ApertureYaml does not have the hash", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(session.Folder.Path, "one.yaml")));
    }

    [Theory]
    [InlineData("<I64 N=\"FixedAmountMsats\">2500</I64>", "<I64 N=\"FixedAmountMsats\">-1</I64>", "fixedAmountMsats must not be negative")]
    [InlineData("<S N=\"OwnerId\">owner_weather</S>", "", "OwnerId is missing")]
    [InlineData("<S N=\"PathPattern\">/api/weather/premium</S>", "", "PathPattern is missing")]
    public void A_copy_of_a_paywall_is_checked_as_a_snapshot_is_and_nothing_is_imported(string written, string changed, string told)
    {
        var outcome = session.Run("$text = [System.Management.Automation.PSSerializer]::Serialize((Get-LightningPaywall -Mode Mock | Select-Object -First 1), 6); $text.Contains($w); Set-Content copy.xml $text.Replace($w, $c); Import-Clixml copy.xml | Import-LightningPaywall -StorePath copy.db", ("w", written), ("c", changed));

        Assert.Equal(true, outcome.Output[0].BaseObject);

        Assert.Contains(told, string.Join("; ", outcome.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(session.Folder.Path, "copy.db")));
    }

    [Fact]
    public void A_copy_that_was_cut_is_refused_by_its_member()
    {
        var error = session.Run("$copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-L402Status -Mode Mock))); $copy.Gateways = 'cut'; $copy | Export-L402Metric one.prom").Errors.Single();

        Assert.Contains("Gateways", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_of_a_copy_that_is_there_is_not_reported_twice()
    {
        session.Run("""
            $all = @(Sync-ApertureConfig -Mode Mock -Gateway file:nowhere.yaml -Force 2>&1)
            @([System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($all))) | Export-L402Artifact out
            """);

        Assert.Equal("active_lookup_failed", (string?)JsonNode.Parse(Read("out", "summary.json"))!["gatewayReconcile"]!["failureCode"]);
    }

    private string Read(string folder, string file) => File.ReadAllText(Path.Combine(session.Folder.Path, folder, file));

    // A restored dictionary has lost the order of its members. An event of a compile has the time of its report.
    private static string Ordered(string lines) => string.Join("\n", (IsOne(lines) ? [lines] : lines.Split('\n')).Select(static json => json.Trim().Length == 0 ? json : Sorted(JsonNode.Parse(json))?.ToJsonString()));

    private static bool IsOne(string json)
    {
        try
        {
            JsonNode.Parse(json);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(static member => member.Key != "ts").OrderBy(static member => member.Key, StringComparer.Ordinal).Select(static member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
