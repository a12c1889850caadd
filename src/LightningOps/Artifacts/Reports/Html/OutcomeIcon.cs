namespace LightningOps.Artifacts.Reports.Html;

/// <summary>An outcome as a shape, a word and a colour, so that each is understood without the others.</summary>
/// <param name="Class">Class of the colour.</param>
/// <param name="Symbol">Id of the shape.</param>
/// <param name="Word">The word.</param>
internal sealed record OutcomeIcon(string Class, string Symbol, string Word)
{
    public static OutcomeIcon For(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => new OutcomeIcon("pass", "s-pass", "Passed"),
        CheckOutcome.Failed => new OutcomeIcon("fail", "s-fail", "Failed"),
        _ => new OutcomeIcon("skip", "s-skip", "Skipped"),
    };

    /// <summary>The icon of an event. An unknown status is shown as it is, never as good.</summary>
    public static OutcomeIcon ForEvent(string status) => status switch
    {
        "ok" => new OutcomeIcon("pass", "s-pass", "ok"),
        "failed" => new OutcomeIcon("fail", "s-fail", "failed"),
        _ => new OutcomeIcon("skip", "s-skip", status),
    };

    public static OutcomeIcon ForRun(RunReport run) => run.Ok ? new OutcomeIcon("pass", "s-pass", "Passed") : new OutcomeIcon("fail", "s-fail", "Failed");

    /// <summary>Draws the shape. Screen readers get the word beside it, or <paramref name="title"/>.</summary>
    public void WriteTo(HtmlWriter html, string? title = null) => html.Element(
        "svg",
        () => html.Void("use", ("href", "#" + Symbol)),
        title is null ? ("aria-hidden", "true") : ("role", "img"),
        ("aria-label", title));

    /// <summary>Defines the shapes, once per page.</summary>
    public static void Define(HtmlWriter html) => html.Element(
        "svg",
        () => html.Element("defs", () =>
        {
            Define(html, "s-pass", "M5 12.5l4.5 4.5L19 7.5");
            Define(html, "s-fail", "M6.5 6.5l11 11M17.5 6.5l-11 11");
            Define(html, "s-skip", "M6 12h12");
            html.Element("symbol", () => html.Void("path", ("d", "M13.5 2L4 14h6l-1.5 8L18 10h-6z")), ("id", "s-bolt"), ("viewBox", "0 0 24 24"));
        }),
        ("class", "sheet"),
        ("aria-hidden", "true"));

    private static void Define(HtmlWriter html, string id, string path) =>
        html.Element("symbol", () => html.Void("path", ("d", path)), ("id", id), ("viewBox", "0 0 24 24"));
}
