using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

public sealed class ApertureConfigCheckTests
{
    [Theory]
    [InlineData("lnd-sqlite.yaml")]
    [InlineData("lnc-postgres.yaml")]
    public void A_configuration_of_an_operator_has_no_error(string file)
    {
        var report = ApertureConfigCheck.Check(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Gateway", "ApertureFile", "Configs", file)));

        Assert.Equal(Array.Empty<ApertureConfigDiagnostic>(), report.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error));
        Assert.True(report.Valid);
    }

    [Fact]
    public void The_least_configuration_starts_without_a_word()
    {
        Assert.Empty(ConfigBuilder.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.Service));
    }

    [Fact]
    public void A_compiled_artifact_by_itself_is_valid_and_said_to_hold_only_services()
    {
        var paywalls = PaywallSnapshot.Read(Vectors.Bytes("snapshots/hosted-laravel.json"), "hosted");

        var report = ApertureConfigCheck.Check(PaywallCompiler.Compile(paywalls, new CompileOptions()).ApertureYaml!);

        Assert.True(report.Valid);
        Assert.Equal(["only_services"], report.Diagnostics.Select(found => found.Code));
    }

    [Fact]
    public void A_finding_tells_its_place_the_setting_and_the_nearest_key()
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.Service + "    hostregxp: x\n");

        var found = Assert.Single(report.Diagnostics, found => found.Severity != DiagnosticSeverity.Info && found.Code != "needed_at_start");
        Assert.Equal(
            ("unknown_key", DiagnosticSeverity.Warn, 11, 5, "services[0].hostregxp", "hostregexp"),
            (found.Code, found.Severity, found.Line, found.Column, found.Path, found.Suggestion));
        Assert.Equal("11:5 warn unknown_key services[0].hostregxp: " + found.Message, found.ToString());
        Assert.True(report.Valid);
    }

    [Theory]
    [InlineData("listenadr: x\n", "listenadr", "listenaddr")]
    [InlineData("listen_addr: x\n", "listen_addr", "listenaddr")]
    [InlineData("Servername: x\n", "Servername", "servername")]
    [InlineData("wspignnterval: 1s\n", "wspignnterval", "wspinginterval")]
    [InlineData("price: 1\n", "price", null)]
    [InlineData("authenticator: {lndhost: x, tlspath: y, macdir: z, lndhots: x}\n", "authenticator.lndhots", "lndhost")]
    [InlineData("tor: {contrl: x}\n", "tor.contrl", "control")]
    [InlineData("logging: {file: {maxlogfile: 1}}\n", "logging.file.maxlogfile", "maxlogfiles")]
    [InlineData("postgres: {requireSSL: true}\n", "postgres.requireSSL", "requiressl")]
    public void Unknown_keys_are_ignored_by_Aperture_and_worth_a_look(string yaml, string path, string? suggestion)
    {
        var yamlWithServices = yaml.StartsWith("authenticator", StringComparison.Ordinal)
            ? "listenaddr: localhost:8081\ndbbackend: sqlite\n" + yaml
            : ConfigBuilder.Settings + yaml;
        var found = Assert.Single(ApertureConfigCheck.Check(yamlWithServices + "services:\n" + ConfigBuilder.Service).Diagnostics, found => found.Severity != DiagnosticSeverity.Info && found.Code != "needed_at_start");

        Assert.Equal(("unknown_key", path, suggestion, DiagnosticSeverity.Warn), (found.Code, found.Path, found.Suggestion, found.Severity));
    }

    [Theory]
    [InlineData("services:", "service:", "services", "option_name_as_key")]
    [InlineData("services:", "Services:", "services", "unknown_key")]
    [InlineData("dbbackend:", "databasebackend:", "dbbackend", "option_name_as_key")]
    [InlineData("dbbackend:", "dbBackend:", "dbbackend", "unknown_key")]
    [InlineData("strictverify:", "strictVerify:", "strictverify", "unknown_key")]
    [InlineData("databasefilename:", "databaseFileName:", "databasefilename", "unknown_key")]
    [InlineData("price:", "Price:", "price", "unknown_key")]
    [InlineData("price:", "prise:", "price", "unknown_key")]
    [InlineData("price:", "priceSats:", "price", "unknown_key")]
    [InlineData("price:", "fixedAmountMsats:", "price", "unknown_key")]
    [InlineData("auth:", "authentication:", "auth", "unknown_key")]
    [InlineData("hostregexp:", "host_regexp:", "hostregexp", "unknown_key")]
    [InlineData("hostregexp:", "host:", "hostregexp", "unknown_key")]
    [InlineData("pathregexp:", "pathRegex:", "pathregexp", "unknown_key")]
    [InlineData("pathregexp:", "path:", "pathregexp", "unknown_key")]
    [InlineData("timeout:", "timeoutSeconds:", "timeout", "unknown_key")]
    [InlineData("authwhitelistpaths:", "whitelist:", "authwhitelistpaths", "unknown_key")]
    [InlineData("enabled:", "enable:", "enabled", "unknown_key")]
    public void A_key_that_decides_who_pays_what_and_is_misspelt_is_an_error_that_names_it(string key, string written, string meant, string code)
    {
        const string Yaml = ConfigBuilder.Settings + "strictverify: true\nsqlite: {databasefilename: /d/a.db}\nservices:\n  - name: a\n    hostregexp: '^a$'\n    pathregexp: '^/x$'\n    address: a.example:80\n    protocol: http\n    auth: 'off'\n    price: 5\n    timeout: 60\n    authwhitelistpaths: ['^/free$']\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}\n";
        Assert.DoesNotContain(ApertureConfigCheck.Check(Yaml).Diagnostics, static found => found.Severity == DiagnosticSeverity.Error);

        var report = ApertureConfigCheck.Check(Regex.Replace(Yaml, "\\b" + key, written));

        var found = Assert.Single(report.Diagnostics, found => found.Code == code);
        Assert.Equal((DiagnosticSeverity.Error, meant), (found.Severity, found.Suggestion));
        Assert.True(report.Starts);
    }

    [Theory]
    [InlineData("strictVerify: false\n", "")]
    [InlineData("service: []\n", "")]
    [InlineData("", "    Hostregexp: x\n")]
    public void A_misspelt_key_beside_the_right_one_decides_nothing(string setting, string member)
    {
        var found = Assert.Single(
            ApertureConfigCheck.Check(ConfigBuilder.Settings + "strictverify: true\n" + setting + "services:\n" + ConfigBuilder.Service + member).Diagnostics,
            static found => found.Code is "unknown_key" or "option_name_as_key");

        Assert.Equal(DiagnosticSeverity.Warn, found.Severity);
    }

    [Theory]
    [InlineData("lndhost: x\n", "move it under authenticator")]
    [InlineData("hostregexp: x\n", "move it into a service")]
    [InlineData("Price: 5\n", "move it into a service")]
    [InlineData("grpcaddress: x\n", "move it under dynamicprice of a service")]
    [InlineData("tor: {listenaddr: x}\n", "move it to the top level or under prometheus")]
    [InlineData("tor: {enabled: true}\n", "remove it or correct its name or indentation")]
    [InlineData("zzz: 1\n", "remove it or correct its name or indentation")]
    public void A_key_in_the_wrong_section_says_where_Aperture_reads_it(string yaml, string remedy) =>
        Assert.EndsWith(remedy, Assert.Single(ApertureConfigCheck.Check(ConfigBuilder.Settings + yaml + "services:\n" + ConfigBuilder.Service).Diagnostics, static found => found.Code == "unknown_key").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("logging: {file: {max-files: 3}}\n", "logging.file.max-files", "maxlogfiles", DiagnosticSeverity.Warn)]
    [InlineData("logging: {file: {max-file-size: 3}}\n", "logging.file.max-file-size", "maxlogfilesize", DiagnosticSeverity.Warn)]
    [InlineData("logging: {console: {no-timestamps: true}}\n", "logging.console.no-timestamps", "notimestamps", DiagnosticSeverity.Warn)]
    [InlineData("logging: {file: {call-site: short}}\n", "logging.file.call-site", "callsite", DiagnosticSeverity.Warn)]
    [InlineData("logging: {no-commit-hash: true}\n", "logging.no-commit-hash", "nocommithash", DiagnosticSeverity.Warn)]
    [InlineData("sqlite: {dbfile: x}\n", "sqlite.dbfile", "databasefilename", DiagnosticSeverity.Error)]
    [InlineData("postgres: {maxconnections: 5}\n", "postgres.maxconnections", "maxopenconnections", DiagnosticSeverity.Warn)]
    [InlineData("admin: {corsorigin: [x]}\n", "admin.corsorigin", "corsorigins", DiagnosticSeverity.Warn)]
    public void Names_of_options_are_not_keys_of_the_file(string yaml, string path, string key, DiagnosticSeverity severity)
    {
        var found = Assert.Single(ApertureConfigCheck.Check(ConfigBuilder.Settings + yaml + "services:\n" + ConfigBuilder.Service).Diagnostics, found => found.Severity != DiagnosticSeverity.Info && found.Code != "needed_at_start");

        Assert.Equal(("option_name_as_key", path, key, severity), (found.Code, found.Path, found.Suggestion, found.Severity));
    }

    [Theory]
    [InlineData("service", "option_name_as_key")]
    [InlineData("Services", "unknown_key")]
    public void Services_under_another_name_sell_nothing(string key, string code)
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + key + ":\n" + ConfigBuilder.Service);

        Assert.Equal((true, false), (report.Starts, report.Valid));
        Assert.Equal(("services", DiagnosticSeverity.Error), (report.Diagnostics.Single(found => found.Code == code).Suggestion, report.Diagnostics.Single(found => found.Code == code).Severity));
    }

    [Fact]
    public void A_second_spelling_beside_the_key_itself_changes_nothing()
    {
        var found = ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("Price: 100")).Diagnostics.Single(found => found.Path == "services[0].Price");

        Assert.Equal(("unknown_key", DiagnosticSeverity.Warn), (found.Code, found.Severity));
    }

    [Fact]
    public void No_more_than_a_thousand_findings_of_a_code_are_listed()
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + string.Concat(Enumerable.Range(0, 1_200).Select(i => $"zz{i}: 1\n")) + "services:\n" + ConfigBuilder.Service);

        Assert.Equal(1_000, report.Diagnostics.Count(found => found.Code == "unknown_key"));
        Assert.Contains(report.Diagnostics, found => found.Code == "diagnostics_truncated" && found.Message.StartsWith("200 more of unknown_key", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_come_in_the_order_of_the_file()
    {
        var lines = ApertureConfigCheck.Check("servestatic: true\nprofile: 5\nfoo: 1\nservices:\n  - name: a\n").Diagnostics.Select(found => (found.Line, found.Column)).ToArray();

        Assert.Equal(lines.Order(), lines);
        Assert.True(lines.Length > 5);
    }

    [Fact]
    public void A_check_can_be_cancelled()
    {
        Assert.Throws<OperationCanceledException>(() => ApertureConfigCheck.Check("services:\n- a\n- b\n", new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Text_and_bytes_give_the_same_report()
    {
        const string Yaml = "listenaddr: 'ä'\nfoo: 1\n";

        Assert.Equal(ApertureConfigCheck.Check(Yaml).Diagnostics, ApertureConfigCheck.Check(Encoding.UTF8.GetBytes(Yaml)).Diagnostics);
    }
}
