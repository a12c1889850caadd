using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>The tables of a run. On a narrow screen each row is a card whose cells name their column.</summary>
internal sealed class ReportTables
{
    /// <summary>No phone opens a page of a hundred thousand rows. summary.json and the artifact have all of them.</summary>
    public const int MaxRows = 500;

    private readonly HtmlWriter html;

    public ReportTables(HtmlWriter html) => this.html = html;

    public void Checks(IReadOnlyList<ReportCheck> checks)
    {
        var hasReasons = checks.Any(static check => check.Reason is not null);
        var isTimed = checks.Any(static check => check.Duration is not null);
        string?[] columns = ["Check", "Result", hasReasons ? "Finding" : null, isTimed ? "Duration" : null];
        Table("Checks and their results", checks, columns.OfType<string>().ToArray(), check =>
        {
            Head(check.Name, null);
            var mark = OutcomeIcon.For(check.Outcome);
            Cell("Result", () => html.Element(
                "span",
                () =>
                {
                    mark.WriteTo(html);
                    html.Text(mark.Word);
                },
                ("class", "state " + mark.Class)));
            if (hasReasons)
            {
                Cell("Found", check.Reason);
            }

            if (isTimed)
            {
                Cell("Took", check.Duration is { } duration ? ReportText.Duration(duration) : null, isNumber: true);
            }
        });
    }

    public void Money(IReadOnlyList<ReportAmount> money)
    {
        Table("Amounts of money", money, ["What", "For", "Satoshis", "Millisatoshis"], amount =>
        {
            Head(amount.What, amount.Reference);
            Cell("For", amount.For);
            Amount(amount.Amount);
        });
    }

    public void Changes(IReadOnlyList<ReportChange> changes)
    {
        var hasRequests = changes.Any(static change => change.Requests.Count > 0);
        string?[] columns = ["Service", "Change", "Values", hasRequests ? "Requests, before and after" : null, "Credentials sold before"];
        Table("Changes of the plan", changes, columns.OfType<string>().ToArray(), change =>
        {
            Head(change.Route ?? change.Service, change.Route is null ? null : change.Service);
            Cell("Change", change.Kind);
            Cell("Values", () =>
            {
                foreach (var value in change.Values)
                {
                    html.Element("div", value, ("class", "text"));
                }
            });
            if (hasRequests)
            {
                Cell("Requests, before and after", () =>
                {
                    foreach (var request in change.Requests)
                    {
                        html.Element("div", request, ("class", "text"));
                    }
                });
            }

            Cell("Credentials sold before", change.Holders);
        });
    }

    public void Routes(IReadOnlyList<ReportRoute> routes)
    {
        var hasUpstream = routes.Any(static route => route.Upstream is not null);
        Table("Routes and their prices", routes, hasUpstream ? ["Route", "State", "Upstream", "Satoshis", "Millisatoshis"] : ["Route", "State", "Satoshis", "Millisatoshis"], route =>
        {
            Head(route.Name, route.Id);
            Cell("State", route.State);
            if (hasUpstream)
            {
                Cell("Upstream", route.Upstream);
            }

            Amount(route.Price);
        });
    }

    private static bool IsNumber(string column) => column is "Took" or "Satoshis" or "Millisatoshis";

    private void Table<T>(string caption, IReadOnlyList<T> rows, string[] columns, Action<T> row)
    {
        if (rows.Count == 0)
        {
            html.Element("p", "None.", ("class", "card none"));
            return;
        }

        html.Element(
            "div",
            () => html.Element(
                "table",
                () =>
                {
                    html.Element("caption", caption);
                    html.Element("thead", () => html.Element("tr", () => Array.ForEach(columns, Column), ("role", "row")), ("role", "rowgroup"));
                    html.Element(
                        "tbody",
                        () =>
                        {
                            foreach (var item in rows.Take(MaxRows))
                            {
                                html.Element("tr", () => row(item), ("role", "row"));
                            }
                        },
                        ("role", "rowgroup"));
                },
                ("role", "table")),
            ("class", "card"));
        if (rows.Count > MaxRows)
        {
            html.Element("p", "Showing the first " + MaxRows + " of " + rows.Count + ".", ("class", "none"));
        }
    }

    private void Column(string name) =>
        html.Element("th", name, ("scope", "col"), ("role", "columnheader"), ("class", IsNumber(name) ? "num" : null));

    private void Head(string text, string? below) => html.Element(
        "th",
        () =>
        {
            Address(text);
            if (below is not null)
            {
                html.Element("span", below, ("class", "sub id"));
            }
        },
        ("scope", "row"),
        ("role", "rowheader"));

    private void Amount(decimal? amount)
    {
        Cell("Satoshis", amount is { } sats ? ReportText.Sats(sats) : null, isNumber: true);
        Cell("Millisatoshis", amount is { } msats ? ReportText.Msats(msats) : null, isNumber: true);
    }

    private void Cell(string label, string? text, bool isNumber = false) =>
        Cell(label, text is null ? null : () => Address(text), isNumber);

    /// <summary>A text that wraps after a slash, not within a word.</summary>
    private void Address(string text) => html.Element(
        "span",
        () =>
        {
            var begin = 0;
            for (var place = 1; place + 1 < text.Length; place++)
            {
                if (text[place] == '/' && text[place - 1] != '/' && text[place + 1] != '/')
                {
                    html.Text(text.Substring(begin, place + 1 - begin));
                    html.Void("wbr");
                    begin = place + 1;
                }
            }

            html.Text(text.Substring(begin));
        },
        ("class", "text"));

    private void Cell(string label, Action? content, bool isNumber = false) =>
        html.Element("td", content, ("data-label", label), ("role", "cell"), ("class", isNumber ? "num" : null));
}
