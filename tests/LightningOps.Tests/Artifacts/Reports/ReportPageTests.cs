using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using LightningOps.Artifacts.Reports;
using LightningOps.Artifacts.Reports.Html;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

public sealed class ReportPageTests
{
    private static readonly string[] Words =
    [
        "html", "head", "meta", "title", "link", "style", "body", "svg", "defs", "symbol", "path", "rect", "use", "header", "main", "footer", "nav", "article", "section", "div",
        "p", "h1", "h2", "h3", "ol", "ul", "li", "a", "b", "dl", "dt", "dd", "span", "strong", "small", "code", "time", "wbr", "table", "caption", "thead", "tbody", "tr", "th", "td",
    ];

    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></title></textarea><svg onload=alert(1)>",
        "javascript:alert(1)",
        "&lt;b&gt;&amp;#60;",
        "]]><!-- <![CDATA[",
        "${7*7}{{7*7}}<%= 7 %>",
        "\u00e4\u65e5\u672c\ud83d\ude00",
        "line one\nline two\ttab",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_a_stranger_wrote_is_text_and_nothing_else(string text)
    {
        var page = Parse(ReportPage.Render([Runs.Saying(text), Runs.Saying(text, ok: true)]));

        Assert.Empty(page.Descendants().Select(element => element.Name.LocalName).Except(Words));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(page.Descendants().Attributes("style"));
        Assert.All(page.Descendants().Attributes("href").Where(link => link.Parent!.Name == "a"), link => Assert.StartsWith("#run-", link.Value));
        Assert.Contains(page.Descendants("h2"), heading => heading.Value == text);
        Assert.Contains(page.Descendants("p"), reason => reason.Value == text + " because");
    }

    [Theory]
    [InlineData("\u0000\u001b[31m", "\\u0000\\u001b[31m")]
    [InlineData("invoice\u202egpj.exe", "invoice\\u202egpj.exe")]
    [InlineData("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff")]
    public void What_cannot_be_seen_is_shown_by_its_code(string text, string shown) =>
        Assert.Contains(Parse(ReportPage.Render([Runs.Saying(text)])).Descendants("h1"), heading => heading.Value == shown);

    [Fact]
    public void Half_a_surrogate_pair_is_shown_by_its_code() =>
        Assert.Contains(Parse(ReportPage.Render([Runs.Saying((char)0xd800 + " half")])).Descendants("h1"), heading => heading.Value == "\\ud800 half");

    [Fact]
    public void Nothing_is_fetched_and_nothing_runs()
    {
        var page = Parse(ReportPage.Render([Runs.Saying("text")]));

        Assert.Empty(page.Descendants().Attributes("src"));
        Assert.Equal("data:image/svg+xml", Assert.Single(page.Descendants("link")).Attribute("href")!.Value.Split(',')[0]);
        Assert.DoesNotContain("url(", StyleSheet.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", StyleSheet.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policy_allows_the_pages_own_style_and_nothing_else()
    {
        var text = ReportPage.Render([Runs.Saying("text")]);
        var style = Regex.Match(text, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        var policy = Parse(text).Descendants("meta").Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!.Value;

        Assert.StartsWith("default-src 'none'; style-src 'sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style))) + "';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_runs_give_the_same_bytes_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        var expected = ReportPage.Render([Runs.Saying("I i")]);
        try
        {
            foreach (var name in new[] { "tr-TR", "ar-SA", "de-CH" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
                Assert.Equal(expected, ReportPage.Render([Runs.Saying("I i")]));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_check_that_was_not_made_is_never_told_as_passed()
    {
        var page = Parse(ReportPage.Render([Runs.With(ReportCheck.CreateSkipped("unmade", "no wallet"), ReportCheck.Create("made", true))]));

        var row = page.Descendants("tr").Single(tr => tr.Element("th")?.Value == "unmade");
        Assert.DoesNotContain("Passed", row.Value, StringComparison.Ordinal);
        Assert.Contains("Skipped", row.Value, StringComparison.Ordinal);
        Assert.Contains(page.Descendants("dd"), tile => tile.Value.StartsWith("1 of 2", StringComparison.Ordinal) && tile.Value.Contains("1 skipped", StringComparison.Ordinal));
    }

    [Fact]
    public void A_status_nobody_knows_is_shown_and_not_as_good()
    {
        var run = Runs.With() with { Timeline = [Runs.Event(1, "stage", "strange")] };

        var mark = Parse(ReportPage.Render([run])).Descendants("div").Single(div => ((string?)div.Attribute("class"))?.StartsWith("mark", StringComparison.Ordinal) == true);

        Assert.Equal(("mark skip", "strange"), (mark.Attribute("class")!.Value, mark.Element("svg")!.Attribute("aria-label")!.Value));
    }

    [Fact]
    public void Headings_go_down_by_one_and_ids_are_of_their_own()
    {
        foreach (var runs in new RunReport[][] { [Runs.Saying("a")], [Runs.Saying("a"), Runs.Saying("b")] })
        {
            var page = Parse(ReportPage.Render(runs));
            var levels = page.Descendants().Where(element => Regex.IsMatch(element.Name.LocalName, "^h[1-6]$")).Select(heading => heading.Name.LocalName[1] - '0').ToArray();
            Assert.Equal(1, levels[0]);
            Assert.Single(levels, 1);
            Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));

            var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.All(page.Descendants().Attributes("aria-labelledby"), label => Assert.Contains(label.Value, ids));
        }
    }

    [Fact]
    public void Every_cell_names_its_column_and_every_table_has_heads()
    {
        var page = Parse(ReportPage.Render([Runs.Saying("a")]));

        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
        Assert.All(page.Descendants("td"), cell => Assert.NotNull(cell.Attribute("data-label")));
        Assert.All(page.Descendants("th"), head => Assert.NotNull(head.Attribute("scope")));
        Assert.All(page.Descendants("table"), table => Assert.NotNull(table.Element("caption")));
        Assert.All(page.Descendants("tbody").Elements("tr"), row => Assert.Equal(row.Ancestors("table").Single().Descendants("thead").Descendants("th").Count(), row.Elements().Count()));
    }

    [Fact]
    public void A_table_of_a_hundred_thousand_routes_is_cut_and_says_so()
    {
        var run = Runs.With() with { Routes = Enumerable.Range(0, 100_000).Select(place => new ReportRoute("r" + place)).ToArray() };

        var page = Parse(ReportPage.Render([run]));

        Assert.Equal(500, page.Descendants("tbody").Elements("tr").Count());
        Assert.Contains(page.Descendants("p"), note => note.Value == "Showing the first 500 of 100000.");
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("print")]
    public void Every_text_has_the_contrast_of_aa(string theme)
    {
        var colours = Colours(theme);

        foreach (var (text, ground) in new[]
        {
            ("ink", "page"), ("ink", "card"), ("soft", "page"), ("soft", "card"), ("pass", "card"), ("fail", "card"), ("skip", "card"),
            ("pass", "pass-tint"), ("fail", "fail-tint"), ("skip", "skip-tint"),
        })
        {
            Assert.True(Contrast(colours[text], colours[ground]) >= 4.5, text + " on " + ground + " in " + theme + ": " + Contrast(colours[text], colours[ground]));
        }
    }

    private static XDocument Parse(string page)
    {
        // Every element is closed and every attribute quoted, so that the page is also well-formed XML.
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static Dictionary<string, string> Colours(string theme)
    {
        var css = StyleSheet.Text;
        var block = theme switch
        {
            "light" => css,
            "dark" => css[css.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal)..],
            _ => css[css.IndexOf("@media print", StringComparison.Ordinal)..],
        };
        return Regex.Matches(block[..block.IndexOf('}')], "--([a-z-]+): (#[0-9a-f]{6})").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    /// <summary>WCAG 2.2, contrast ratio.</summary>
    private static double Contrast(string one, string other)
    {
        var (light, dark) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3)
            .Select(place => int.Parse(colour.AsSpan(1 + (2 * place), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4))
            .ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }
}
