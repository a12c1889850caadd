using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

/// <summary>Every row of docs/equivalents.md is run as it stands, against services on loopback.</summary>
public sealed class EquivalentsTests : IClassFixture<OperatorDesk>
{
    private const string LocalArtifact = """{"flows":[{"executionPath":"local-node","requestId":"r","taskId":"t","paymentProofRef":"p"}]}""";

    /// <summary>What the older service's README names.</summary>
    private static readonly string[] Commands =
    [
        "npm run typecheck", "npm test", "npm run smoke:compile -- --json", "npm run smoke:security -- --json", "npm run smoke:settlement -- --json",
        "npm run smoke:full-flow -- --json", "npm run compile:api", "npm run reconcile:api", "npm run reconcile:convex", "npm run smoke:staging -- --json",
        "npm run smoke:ep212-routes -- --json --mode mock", "npm run smoke:ep212-full-flow -- --json --mode mock", "npm run smoke:ep212-routes -- --json --mode live",
        "npm run smoke:ep212-full-flow -- --json --mode live", "source .env.staging && ./scripts/staging-reconcile.sh",
    ];

    private static readonly string[] Flags =
        ["--json", "--mode api", "--mode convex", "--mode mock", "--mode live", "--artifact-dir <path>", "--local-artifact <path>", "--allow-missing-local-artifact"];

    private static readonly string[] Variables =
    [
        "CONTROL_PLANE_MODE", "SECRET", "API_BASE_URL", "CONVEX_URL", "GATEWAY_BASE_URL", "CHALLENGE_URL", "PROXY_URL", "GATEWAY_OPS_TOKEN", "GATEWAY_HEALTH_PATH",
        "PROXY_AUTHORIZATION_HEADER", "EP212_SATS4AI_URL", "EP212_ROUTE_A_URL", "EP212_ROUTE_B_URL", "EP212_MAX_SPEND_MSATS",
    ];

    private static readonly string[] WalletVariables = ["BASE_URL", "AUTH_TOKEN", "TIMEOUT_MS"];

    private readonly StandIns standIns;
    private readonly ModuleSession session;

    public EquivalentsTests(OperatorDesk desk)
    {
        (standIns, session) = (desk.StandIns, desk.Session);
        File.WriteAllLines(session.Folder.File(".env.staging"), Settings().Select(static setting => setting.Key + "=" + setting.Value));
        File.WriteAllText(session.Folder.File("local-node.json"), LocalArtifact);
        foreach (var written in new[] { "out", "output" }.Select(session.Folder.File).Where(Directory.Exists))
        {
            Directory.Delete(written, recursive: true);
        }

        Directory.CreateDirectory(session.Folder.File("output"));
        File.WriteAllText(session.Folder.File("output/l402-local-node-smoke-artifact.json"), LocalArtifact);
        session.Run("Connect-LightningOps -EnvironmentFile .env.staging");
    }

    public static TheoryData<string, string> CommandRows => Rows("Commands");

    public static TheoryData<string, string> FlagRows => Rows("Flags");

    public static TheoryData<string, string> KeyRows => Rows("Output keys");

    public static TheoryData<string, string> PathRows => Rows("Default paths");

    public static TheoryData<string, string> VariableRows => Rows("Environment variables");

    public static TheoryData<string, string> Differences
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Match block in Regex.Matches(File.ReadAllText(Places.Equivalents), "(?ms)^```powershell difference\\n(?<code>.*?)\\n# (?<gives>[^\\n]*)\\n```"))
            {
                rows.Add(block.Groups["code"].Value, block.Groups["gives"].Value);
            }

            return rows;
        }
    }

    [Fact]
    public void Every_difference_is_shown() => Assert.Equal(6, Differences.Count);

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_difference_gives_what_the_page_says(string code, string gives) => Assert.Equal(gives, session.Run(code).Text());

    [Fact]
    public void Everything_the_older_service_had_is_in_the_tables()
    {
        Assert.Empty(Commands.Except(Names("Commands")));
        Assert.Empty(Flags.Except(Names("Flags")));
        Assert.Empty(Variables.Select(static name => "OA_LIGHTNING_OPS_" + name).Concat(WalletVariables.Select(static name => "OA_LIGHTNING_WALLET_EXECUTOR_" + name)).Except(Names("Environment variables")));
    }

    [Theory]
    [MemberData(nameof(CommandRows))]
    public void A_command_runs_as_it_stands(string before, string here)
    {
        if (before is "npm run typecheck" or "npm test")
        {
            // They build and run these tests; the solution they name or find must exist.
            var solution = here is "dotnet test" ? "LightningOps.PowerShell.sln" : here.Split(' ')[^1];
            Assert.True(File.Exists(Path.Combine(Places.Repository, solution)), here);
            return;
        }

        var outcome = session.Run(here);

        Assert.Empty(outcome.Errors.Select(static error => error.ToString()));
        var written = Assert.Single(outcome.Output);
        Assert.True(written.BaseObject is string json ? (bool)JsonNode.Parse(json)!["ok"]! : !before.Contains("--json", StringComparison.Ordinal) && IsGood(written), before);
    }

    [Theory]
    [MemberData(nameof(FlagRows))]
    public void A_flag_has_its_parameter(string before, string here)
    {
        var outcome = session.Run(here);

        Assert.Empty(outcome.Errors.Select(static error => error.ToString()));
        Assert.Single(outcome.Output);
        Assert.Equal(before.StartsWith("--artifact-dir", StringComparison.Ordinal), File.Exists(session.Folder.File("out/summary.json")));
    }

    [Theory]
    [MemberData(nameof(KeyRows))]
    public void An_output_key_is_a_property_and_a_key_of_the_JSON(string before, string here)
    {
        var key = before.Split('`')[^1];
        var command = here[1..here.LastIndexOf(')')];

        Assert.NotEmpty(session.Run(here).Output);

        Assert.NotNull(JsonNode.Parse(session.Run(command + " | Export-Json").Text())![key]);
    }

    [Theory]
    [MemberData(nameof(PathRows))]
    public void A_default_path_is_where_it_was(string before, string here)
    {
        var file = session.Folder.File(before.Replace("<requestId>", "nightly", StringComparison.Ordinal));
        Directory.Delete(session.Folder.File("output"), recursive: true);

        Assert.Empty(session.Run(here).Errors.Select(static error => error.ToString()));

        Assert.True(File.Exists(file), file);
    }

    [Theory]
    [MemberData(nameof(VariableRows))]
    public void A_variable_is_read_and_has_its_parameter_and_its_default(string variable, string here)
    {
        var (value, byDefault) = (Settings()[variable], Default(variable));
        var setting = "(Get-LightningOpsContext).Settings.Where({ $_.Variable -eq '" + variable + "' })";

        var fromFile = session.Run(setting).Single();
        var given = session.Run(here + " $given; " + setting, ("given", Given(variable, value))).Single();
        var without = session.Run("Disconnect-LightningOps; " + setting).Single();

        var shown = IsSecret(variable) ? "set" : value;
        Assert.Equal((shown, "EnvironmentFile"), (fromFile.Properties["Value"].Value, fromFile.Properties["Source"].Value.ToString()));
        Assert.Equal((shown, "Parameter"), (((string)given.Properties["Value"].Value).TrimEnd('/').ToLowerInvariant(), given.Properties["Source"].Value.ToString()));
        Assert.Equal(IsSecret(variable) ? "not set" : byDefault, without.Properties["Value"].Value);
    }

    private static object Given(string variable, string value) =>
        IsSecret(variable) ? new NetworkCredential(string.Empty, value).SecurePassword : value;

    private static bool IsSecret(string variable) =>
        variable.EndsWith("SECRET", StringComparison.Ordinal) || variable.EndsWith("TOKEN", StringComparison.Ordinal) || variable.EndsWith("AUTHORIZATION_HEADER", StringComparison.Ordinal);

    private static bool IsGood(PSObject written) => (bool)(written.Properties["Ok"] ?? written.Properties["Valid"]).Value;

    private static TheoryData<string, string> Rows(string heading)
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in MarkdownTable.Read(File.ReadAllText(Places.Equivalents), heading))
        {
            rows.Add(row[0], row[1]);
        }

        return rows;
    }

    private static IEnumerable<string> Names(string heading) => MarkdownTable.Read(File.ReadAllText(Places.Equivalents), heading).Select(static row => row[0]);

    private static string? Default(string variable) =>
        MarkdownTable.Read(File.ReadAllText(Places.Equivalents), "Environment variables").Single(row => row[0] == variable)[2] is { Length: > 0 } value ? value : null;

    private Dictionary<string, string> Settings() => new()
    {
        ["OA_LIGHTNING_OPS_CONTROL_PLANE_MODE"] = "api",
        ["OA_LIGHTNING_OPS_SECRET"] = "test-secret",
        ["OA_LIGHTNING_OPS_API_BASE_URL"] = standIns.Site,
        ["OA_LIGHTNING_OPS_CONVEX_URL"] = standIns.Site,
        ["OA_LIGHTNING_OPS_GATEWAY_BASE_URL"] = standIns.Site,
        ["OA_LIGHTNING_OPS_CHALLENGE_URL"] = standIns.Site + "/staging",
        ["OA_LIGHTNING_OPS_PROXY_URL"] = standIns.Site + "/staging",
        ["OA_LIGHTNING_OPS_GATEWAY_OPS_TOKEN"] = "tok",
        ["OA_LIGHTNING_OPS_GATEWAY_HEALTH_PATH"] = "/healthz",
        ["OA_LIGHTNING_OPS_PROXY_AUTHORIZATION_HEADER"] = "L402 smoke:proof",
        ["OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL"] = standIns.Wallet,
        ["OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN"] = "wallet-token",
        ["OA_LIGHTNING_WALLET_EXECUTOR_TIMEOUT_MS"] = "30000",
        ["OA_LIGHTNING_OPS_EP212_SATS4AI_URL"] = standIns.Shop + "/premium/text",
        ["OA_LIGHTNING_OPS_EP212_ROUTE_A_URL"] = standIns.Shop + "/premium/signal",
        ["OA_LIGHTNING_OPS_EP212_ROUTE_B_URL"] = standIns.Shop + "/dear",
        ["OA_LIGHTNING_OPS_EP212_MAX_SPEND_MSATS"] = "99000",
        ["OA_LIGHTNING_OPS_STORE"] = "s.db",
    };
}
