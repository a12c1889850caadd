using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>The events in order: time, outcome, duration as a bar of the whole, and findings.</summary>
internal sealed class TimelineList
{
    private const double Scale = 1000;
    private readonly HtmlWriter html;
    private readonly IReadOnlyList<RunEvent> events;
    private readonly TimelineSpan span;
    private readonly IReadOnlyList<KeyValuePair<string, object>> common;

    public TimelineList(HtmlWriter html, IReadOnlyList<RunEvent> events)
    {
        this.html = html;
        this.events = events;
        span = new TimelineSpan(events);
        common = CommonTo(events);
    }

    public void Write()
    {
        if (events.Count == 0)
        {
            html.Element("p", "No events were recorded.", ("class", "card none"));
            return;
        }

        html.Element(
            "ol",
            () =>
            {
                foreach (var happened in events)
                {
                    html.Element("li", () => Event(happened));
                }
            },
            ("class", "card timeline"));
        if (common.Count > 0)
        {
            html.Element("p", "In every event: " + string.Join(", ", common.Select(static detail => ReportText.Humanize(detail.Key) + " " + ReportText.Value(detail.Key, detail.Value))) + ".", ("class", "note text"));
        }
    }

    /// <summary>Details that all events share are shown once.</summary>
    private static KeyValuePair<string, object>[] CommonTo(IReadOnlyList<RunEvent> events) => events.Count < 3
        ? []
        : (events[0].Details ?? new Dictionary<string, object>())
            .Where(detail => !TimelineSpan.IsTimingMember(detail.Key) && events.All(other => other.Details is { } details && details.TryGetValue(detail.Key, out var value) && Equals(value, detail.Value)))
            .ToArray();

    private void Event(RunEvent happened)
    {
        var mark = OutcomeIcon.ForEvent(happened.Status);
        var duration = TimelineSpan.GetDurationMs(happened);
        html.Element("div", () => mark.WriteTo(html, mark.Word), ("class", "mark " + mark.Class));
        html.Element(
            "p",
            () =>
            {
                html.Text(happened.Stage);
                When(happened, duration ?? 0);
            },
            ("class", "stage"));
        Bar(happened, duration, mark);
        html.Element("p", duration is { } took ? ReportText.Duration(TimeSpan.FromMilliseconds(took)) : string.Empty, ("class", "took"));
        Details(happened);
    }

    private void When(RunEvent happened, long duration)
    {
        if (happened.Ts <= 0)
        {
            return;
        }

        var moment = DateTimeOffset.FromUnixTimeMilliseconds(happened.Ts - duration);
        var isFirst = ReferenceEquals(happened, events[0]);
        html.Element(
            "time",
            isFirst
                ? moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : "+" + Offset(happened.Ts - duration - span.BeginMs!.Value),
            ("class", "when"),
            ("datetime", moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
    }

    private void Bar(RunEvent happened, long? duration, OutcomeIcon mark)
    {
        if (happened.Ts <= 0 || span.Length is not { TotalMilliseconds: > 0 } length)
        {
            html.Element("span", string.Empty);
            return;
        }

        // An event without a duration counts as begun when the previous one ended.
        var took = duration ?? Math.Max(0, happened.Ts - Before(happened));
        var width = Math.Max(Scale / 100, took * Scale / length.TotalMilliseconds);
        var begin = Math.Min(Scale - width, (happened.Ts - took - span.BeginMs!.Value) * Scale / length.TotalMilliseconds);
        html.Element(
            "svg",
            () =>
            {
                html.Void("rect", ("class", "track"), ("width", "1000"), ("height", "8"), ("rx", "4"));
                html.Void("rect", ("class", mark.Class), ("x", Number(Math.Max(0, begin))), ("width", Number(width)), ("height", "8"));
            },
            ("class", "bar"),
            ("viewBox", "0 0 1000 8"),
            ("preserveAspectRatio", "none"),
            ("aria-hidden", "true"));
    }

    private long Before(RunEvent happened)
    {
        var before = happened.Ts;
        foreach (var other in events)
        {
            if (ReferenceEquals(other, happened))
            {
                break;
            }

            before = other.Ts > 0 ? other.Ts : before;
        }

        return before;
    }

    private void Details(RunEvent happened)
    {
        var details = (happened.Details ?? new Dictionary<string, object>())
            .Where(detail => !TimelineSpan.IsTimingMember(detail.Key) && common.All(said => said.Key != detail.Key))
            .ToArray();
        if (details.Length == 0)
        {
            return;
        }

        html.Element(
            "dl",
            () =>
            {
                foreach (var detail in details)
                {
                    html.Element("div", () =>
                    {
                        html.Element("dt", ReportText.Humanize(detail.Key).Replace(' ', '\u00a0'));
                        html.Element("dd", ReportText.Value(detail.Key, detail.Value), ("class", "text"));
                    });
                }
            },
            ("class", "details"));
    }

    private static string Offset(long ms) => ms <= 0 ? "0\u00a0ms" : ReportText.Duration(TimeSpan.FromMilliseconds(ms));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
