using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>
/// One page of one or several runs. It contains everything, fetches nothing and has no script. Equal runs give equal
/// bytes.
/// </summary>
internal sealed class ReportPage
{
    private const string Icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath fill='%23d97706' d='M13.5 2L4 14h6l-1.5 8L18 10h-6z'/%3E%3C/svg%3E";

    private readonly HtmlWriter html = new();
    private readonly IReadOnlyList<RunReport> runs;

    private ReportPage(IReadOnlyList<RunReport> runs) => this.runs = runs;

    private string Title => runs.Count == 1 ? runs[0].Title : ReportText.Count(runs.Count, "run", "runs");

    private bool Ok => runs.All(static run => run.Ok);

    /// <summary>The page, LF line ends.</summary>
    public static string Render(IReadOnlyList<RunReport> runs)
    {
        var page = new ReportPage(runs);
        page.html.Element("html", page.Write, ("lang", "en"));
        return page.html + "\n";
    }

    private void Write()
    {
        html.Element("head", Head);
        html.Element("body", () =>
        {
            OutcomeIcon.Define(html);
            html.Element("header", Top, ("class", "top"));
            html.Element("main", () =>
            {
                for (var place = 0; place < runs.Count; place++)
                {
                    new RunArticle(html, runs[place], place + 1, isOnly: runs.Count == 1).Write();
                }
            });
            html.Element(
                "footer",
                () => html.Element("p", "In the same folder: events.jsonl (one event per line) and summary.json. Times are UTC. Skipped checks count neither as passed nor as failed."),
                ("class", "foot"));
        });
    }

    private void Head()
    {
        html.Void("meta", ("charset", "utf-8"));
        html.Void(
            "meta",
            ("http-equiv", "Content-Security-Policy"),
            ("content", "default-src 'none'; style-src " + StyleSheet.Source + "; img-src data:; base-uri 'none'; form-action 'none'"));
        html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Void("meta", ("name", "referrer"), ("content", "no-referrer"));
        html.Element("title", (Ok ? "Passed" : "Failed") + ": " + Title + " \u00b7 LightningOps");
        html.Void("link", ("rel", "icon"), ("href", Icon));
        html.Style(StyleSheet.Text);
    }

    private void Top()
    {
        html.Element(
            "p",
            () =>
            {
                html.Element("svg", () => html.Void("use", ("href", "#s-bolt")), ("aria-hidden", "true"));
                html.Text("LightningOps run report");
            },
            ("class", "brand"));
        if (runs.Count > 1)
        {
            Contents();
        }
    }

    private void Contents()
    {
        var mark = Ok ? OutcomeIcon.For(CheckOutcome.Passed) : OutcomeIcon.For(CheckOutcome.Failed);
        html.Element(
            "div",
            () =>
            {
                html.Element("h1", Ok ? Title + ", all passed" : Title + ", " + runs.Count(static run => !run.Ok) + " failed");
                RunArticle.Badge(html, mark);
            },
            ("class", "head run"));
        html.Element(
            "nav",
            () => html.Element("ol", () =>
            {
                for (var place = 0; place < runs.Count; place++)
                {
                    Entry(runs[place], place + 1);
                }
            }),
            ("class", "runs"),
            ("aria-label", "Runs"));
    }

    private void Entry(RunReport run, int place)
    {
        var mark = OutcomeIcon.ForRun(run);
        html.Element("li", () => html.Element(
            "a",
            () =>
            {
                html.Element("b", () => mark.WriteTo(html, mark.Word), ("class", "mark " + mark.Class));
                html.Element("strong", run.Title);
                html.Element("span", ChecksLine.Format(run));
            },
            ("href", "#run-" + place.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }
}
