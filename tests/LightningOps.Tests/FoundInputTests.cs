using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Settlements.Sources;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests;

/// <summary>Files as operators have them: each with its right reading.</summary>
public sealed class FoundInputTests
{
    [Theory]
    [InlineData("01-percent-path.json", "h.example", "/my docs/a")]
    [InlineData("02-idn-host.json", "xn--mnchen-3ya.example", "/a")]
    [InlineData("03-double-star.json", "h.example", "/files/a/b")]
    public void A_request_is_sold_at_the_price_of_its_own_rule(string file, string host, string path)
    {
        var compiled = Compile(file);

        // A refusal is right, too; the price of the fallback is not.
        var rule = compiled.Rules.FirstOrDefault(rule => Regex.IsMatch(host, rule.HostRegexp!) && Regex.IsMatch(path, rule.PathRegexp!));
        Assert.True(!compiled.Valid || rule?.PaywallId == "dear", rule + string.Join('\n', compiled.Diagnostics));
    }

    [Theory]
    [InlineData("04a-template-path.json")]
    [InlineData("04b-query-path.json")]
    public void A_path_of_another_language_is_an_unlikely_pattern(string file)
    {
        var found = Assert.Single(Compile(file).Diagnostics, static found => found.Code == "unlikely_pattern");
        Assert.Equal("dear", found.PaywallId);
    }

    [Fact]
    public void A_misspelt_budget_has_a_nearest_name()
    {
        var names = EnvironmentFile.Parse(Text("06-budget-typo.env"), "budget.env").Keys;

        Assert.Equal([("OA_LIGHTNING_OPS_DAILY_BUDGET_MSAT", "OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS")], VariableNames.FindMisspelt(names).Where(static found => found.Name.Contains("DAILY", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("07a-order.yaml", "services[1]")]
    [InlineData("07d-percent.yaml", "services[0]")]
    [InlineData("07g-host-scheme.yaml", "services[0]")]
    public void A_service_that_no_request_reaches_has_a_finding(string file, string place) =>
        Assert.Contains(ApertureConfigCheck.Check(Bytes(file)).Diagnostics, found => found.Path.StartsWith(place, StringComparison.Ordinal));

    [Fact]
    public void A_tilde_in_a_file_is_the_home_folder()
    {
        var environment = EnvironmentFile.Parse(Text("10-tilde.env"), "tilde.env");

        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "x.db"), PathSetting.Resolve(environment[EnvironmentVariables.Store], "/elsewhere"));
        Assert.Equal(("abc#def12345678901234", "https://a.example", "https://b.example"), (environment["OA_LIGHTNING_OPS_SECRET"], environment["OA_LIGHTNING_OPS_API_BASE_URL"], environment["OA_LIGHTNING_OPS_CONVEX_URL"]));
    }

    [Fact]
    public async Task UTF_16_is_read_or_refused_by_its_name()
    {
        Assert.Null(NotNamed(Record.Exception(() => PaywallSnapshot.Read(Bytes("15-utf16.json"), "15-utf16.json"))));
        var source = new JsonLinesSource(new MemoryStream(Bytes("15-utf16.jsonl")), "15-utf16.jsonl");
        Assert.Null(NotNamed(await Record.ExceptionAsync(async () =>
        {
            var read = await source.ReadAsync(100, CancellationToken.None);
            Assert.All(read.Inputs, static input => Assert.True(input.Event is not null || input.Rejection!.ToString()!.Contains("UTF-16", StringComparison.Ordinal), input.Rejection?.ToString()));
        })));

        static string? NotNamed(Exception? failure) => failure is null || failure.Message.Contains("UTF-16", StringComparison.Ordinal) ? null : failure.ToString();
    }

    [Fact]
    public void A_macaroon_is_the_same_in_binary_and_in_hex() =>
        Assert.Equal(MacaroonFile.ReadHex(GetPath("17-admin.macaroon.bin")), MacaroonFile.ReadHex(GetPath("17-admin.macaroon.hex")));

    [Fact]
    public void An_invoice_with_a_blinded_path_is_decoded() => Assert.All(
        Text("18-blinded.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        static line => Assert.True(Bolt11Invoice.TryParse(line.Trim().Split('\t')[1], out var invoice, out var error) && invoice.Amount is 1000, line + error?.Code));

    [Fact]
    public void A_tag_that_Aperture_refuses_is_an_error() =>
        Assert.Contains(ApertureConfigCheck.Check(Bytes("24a-tag-int.yaml")).Diagnostics, static found => found.Severity == DiagnosticSeverity.Error && found.Path.StartsWith("services[0].price", StringComparison.Ordinal));

    [Fact]
    public void A_price_is_what_Aperture_asks_however_it_is_written()
    {
        Assert.Equal([16, 1000, 1000, 5, 15, 3], LiveFile.FromBytes(Bytes("01-price-spellings.yaml")).Services.Select(static service => service.EffectivePrice));
        Assert.Equal([8], LiveFile.FromBytes(Bytes("02-price-leading-zero.yaml")).Services.Select(static service => service.EffectivePrice));
        Assert.Equal([1], LiveFile.FromBytes(Bytes("16-line-separator-in-comment.yaml")).Services.Select(static service => service.EffectivePrice));
    }

    [Fact]
    public void A_comment_that_touches_a_quote_is_no_error() =>
        Assert.DoesNotContain(ApertureConfigCheck.Check(Bytes("17-comment-glued-to-quote.yaml")).Diagnostics, static found => found.Severity == DiagnosticSeverity.Error && found.Path.StartsWith("authenticator.network", StringComparison.Ordinal));

    [Fact]
    public void A_comment_on_the_services_line_and_behind_the_services_stays()
    {
        var written = ServicesSplice.Replace(Text("04-comment-on-services-line.yaml"), "services:\n  - name: new\n    price: 3\n");

        Assert.Contains("# what we sell; ask ops before you touch it", written, StringComparison.Ordinal);
        Assert.Contains("# after\ndebuglevel: info\n", written, StringComparison.Ordinal);
        Assert.Equal(["new"], LiveFile.FromBytes(Encoding.UTF8.GetBytes(written)).Services.Select(static service => service.Name));
    }

    private static CompileResult Compile(string file) => PaywallCompiler.Compile(PaywallSnapshot.Read(Bytes(file), file), new CompileOptions());

    private static string GetPath(string file) => Vectors.GetPath("findings/" + file);

    private static byte[] Bytes(string file) => Vectors.Bytes("findings/" + file);

    private static string Text(string file) => Encoding.UTF8.GetString(Bytes(file));
}
