using System;
using System.Globalization;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>One run on the page: outcome, failures, timeline, tables.</summary>
internal sealed class RunArticle
{
    private readonly HtmlWriter html;
    private readonly RunReport run;
    private readonly string id;
    private readonly string heading;
    private readonly string subheading;

    /// <param name="html">Receives the page.</param>
    /// <param name="run">The run.</param>
    /// <param name="place">Number of the run on the page, from 1.</param>
    /// <param name="isOnly">Whether it is the only run of the page.</param>
    public RunArticle(HtmlWriter html, RunReport run, int place, bool isOnly)
    {
        this.html = html;
        this.run = run;
        id = "run-" + place.ToString(CultureInfo.InvariantCulture);
        heading = isOnly ? "h1" : "h2";
        subheading = isOnly ? "h2" : "h3";
    }

    public static void Badge(HtmlWriter html, OutcomeIcon mark) => html.Element(
        "p",
        () =>
        {
            mark.WriteTo(html);
            html.Text(mark.Word);
        },
        ("class", "badge " + mark.Class));

    public void Write() => html.Element(
        "article",
        () =>
        {
            html.Element(
                "div",
                () =>
                {
                    html.Element(heading, run.Title, ("class", "run-title"), ("id", id + "-title"));
                    Badge(html, OutcomeIcon.ForRun(run));
                },
                ("class", "head"));
            html.Element("p", run.Outcome, ("class", "outcome text"));
            Tiles();
            Failures();
            Section("checks", "Checks", run.Checks.Count, () => new ReportTables(html).Checks(run.Checks));
            Section("plan", "Plan", run.Changes.Count, () => new ReportTables(html).Changes(run.Changes));
            Section("timeline", "Timeline", run.Timeline.Count, () => new TimelineList(html, run.Timeline).Write());
            Section("money", "Money", run.Money.Count, () => new ReportTables(html).Money(run.Money));
            Section("routes", "Routes", run.Routes.Count, () => new ReportTables(html).Routes(run.Routes));
            Warnings();
            Facts();
        },
        ("class", "run"),
        ("id", id),
        ("aria-labelledby", id + "-title"));

    private void Tiles() => html.Element(
        "dl",
        () =>
        {
            Tile(
                "Checks passed",
                run.Checks.Count == 0 ? "none" : ChecksLine.Count(run, CheckOutcome.Passed) + " of " + run.Checks.Count,
                Remaining());
            if (new TimelineSpan(run.Timeline).Length is { } length)
            {
                Tile("Took", ReportText.Duration(length), null);
            }

            if (run.Money.Count > 0)
            {
                var spent = run.Money.Where(static amount => amount.IsPaid).Sum(static amount => amount.Amount);
                Tile("Paid or settled", ReportText.Sats(spent), ReportText.Msats(spent));
            }

            if (run.Routes.Count > 0)
            {
                Tile("Routes", run.Routes.Count.ToString(CultureInfo.InvariantCulture), null);
            }
        },
        ("class", "tiles"));

    private string? Remaining()
    {
        var failed = ChecksLine.Count(run, CheckOutcome.Failed);
        var notMade = ChecksLine.Count(run, CheckOutcome.NotMade);
        var words = new[] { failed > 0 ? failed + " failed" : null, notMade > 0 ? notMade + " skipped" : null }.OfType<string>().ToArray();
        return words.Length == 0 ? null : string.Join(", ", words);
    }

    private void Tile(string name, string value, string? more) => html.Element("div", () =>
    {
        html.Element("dt", name);
        html.Element("dd", () =>
        {
            html.Text(value);
            if (more is not null)
            {
                html.Element("small", more);
            }
        });
    });

    private void Failures()
    {
        if (run.Failures.Count > 0)
        {
            Section("failures", "What went wrong", run.Failures.Count, () => html.Element(
                "ul",
                () =>
                {
                    foreach (var failure in run.Failures)
                    {
                        html.Element("li", () => Failure(failure));
                    }
                },
                ("class", "failures")));
        }
    }

    private void Failure(ReportFailure failure)
    {
        html.Element("code", failure.Code, ("class", "code"));
        if (failure.Where is not null)
        {
            html.Text(" ");
            html.Element("span", "in " + failure.Where, ("class", "where"));
        }

        if (failure.Reason is not null && failure.Reason != failure.Code)
        {
            html.Element("p", failure.Reason, ("class", "text"));
        }

        if (failure.Remedy is not null)
        {
            html.Element(
                "p",
                () =>
                {
                    html.Element("strong", "What to do: ");
                    html.Text(failure.Remedy);
                },
                ("class", "remedy text"));
        }
    }

    private void Warnings()
    {
        if (run.Warnings.Count > 0)
        {
            Section("warnings", "Warnings", run.Warnings.Count, () => html.Element(
                "ul",
                () =>
                {
                    foreach (var warning in run.Warnings)
                    {
                        html.Element("li", warning, ("class", "text"));
                    }
                },
                ("class", "card warnings")));
        }
    }

    private void Facts()
    {
        var facts = run.Facts.Where(static fact => fact.Value is not null).ToList();
        if (run.RequestId is { } requestId)
        {
            facts.Insert(0, new ReportFact("Request", requestId));
        }

        if (facts.Count > 0)
        {
            Section("facts", "Run", 0, () => html.Element(
                "dl",
                () =>
                {
                    foreach (var fact in facts)
                    {
                        html.Element("div", () =>
                        {
                            html.Element("dt", fact.Name);
                            html.Element("dd", () => html.Element("span", fact.Value!, ("class", "id")));
                        });
                    }
                },
                ("class", "card facts")));
        }
    }

    private void Section(string name, string title, int count, Action content)
    {
        if (count == 0 && (name is "routes" or "money"))
        {
            return;
        }

        html.Element(
            "section",
            () =>
            {
                html.Element(
                    subheading,
                    () =>
                    {
                        html.Text(title);
                        if (count > 0)
                        {
                            html.Text(" ");
                            html.Element("span", count.ToString(CultureInfo.InvariantCulture), ("class", "count"));
                        }
                    },
                    ("class", "part"),
                    ("id", id + "-" + name));
                content();
            },
            ("aria-labelledby", id + "-" + name));
    }
}
