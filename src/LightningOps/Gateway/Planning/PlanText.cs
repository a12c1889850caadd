using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.Planning;

/// <summary>A plan as an operator reads it before agreeing: a line a service, its members under it, what it costs the buyers.</summary>
internal static class PlanText
{
    private const int MostChanges = 200;
    private const int Narrow = 68;

    private static readonly (ServiceChangeKind Kind, char Sign, string Word)[] Kinds =
    [
        (ServiceChangeKind.Added, '+', "added"),
        (ServiceChangeKind.Changed, '~', "changed"),
        (ServiceChangeKind.Opened, '*', "opened"),
        (ServiceChangeKind.Closed, '!', "closed"),
        (ServiceChangeKind.Moved, '\u2195', "moved"),
        (ServiceChangeKind.Removed, '-', "removed"),
    ];

    public static string Of(RolloutPlan plan)
    {
        var text = new StringBuilder();
        Line(text, 0, plan.Gateway);
        if (plan.CurrentConfigHash == plan.ConfigHash)
        {
            Line(text, 1, "serves " + plan.ConfigHash);
        }
        else
        {
            Line(text, 1, "from " + (plan.CurrentConfigHash?.ToString() ?? "nothing recorded"));
            Line(text, 1, "to   " + plan.ConfigHash);
        }

        Line(text, 1, SummaryOf(plan));
        foreach (var change in plan.Changes.Take(MostChanges))
        {
            Append(text, change);
        }

        if (plan.Changes.Count > MostChanges)
        {
            Line(text, 1, "and " + Text(plan.Changes.Count - MostChanges) + " more");
        }

        foreach (var diagnostic in plan.Diagnostics)
        {
            Line(text, 1, diagnostic.ToString());
        }

        return text.ToString().TrimEnd('\n');
    }

    public static string Of(ServiceChange change)
    {
        var text = new StringBuilder();
        Append(text, change);
        return text.ToString().TrimEnd('\n');
    }

    public static string SummaryOf(RolloutPlan plan)
    {
        var counts = plan.Changes.GroupBy(change => change.Kind).ToDictionary(group => group.Key, group => group.Count());
        return plan.Changes.Count > 0 ? string.Join(", ", Kinds.Where(kind => counts.ContainsKey(kind.Kind)).Select(kind => Text(counts[kind.Kind]) + " " + kind.Word))
            : plan.IsEmpty ? "nothing to change"
            : "the configuration is sent";
    }

    private static void Append(StringBuilder text, ServiceChange change)
    {
        var (_, sign, word) = Kinds.Single(kind => kind.Kind == change.Kind);
        Line(text, 1, sign + " " + change.Name + TailOf(change, word));
        if (change.Kind != ServiceChangeKind.Closed)
        {
            foreach (var member in change.Members)
            {
                Append(text, member);
            }
        }

        foreach (var note in NotesOf(change))
        {
            Line(text, 3, note);
        }
    }

    private static string TailOf(ServiceChange change, string word) => change.Kind switch
    {
        ServiceChangeKind.Moved => "  from place " + Place(change.OldPlace) + " to " + Place(change.NewPlace),
        ServiceChangeKind.Closed or ServiceChangeKind.Opened => "  " + word,
        _ => string.Empty,
    };

    private static void Append(StringBuilder text, MemberChange member)
    {
        var onOneLine = member.Member + ": " + Shown(member.OldValue) + " \u2192 " + Shown(member.NewValue);
        if (onOneLine.Length <= Narrow)
        {
            Line(text, 3, onOneLine);
            return;
        }

        Line(text, 3, member.Member + ":");
        Line(text, 4, Shown(member.OldValue));
        Line(text, 4, "\u2192 " + Shown(member.NewValue));
    }

    private static IEnumerable<string> NotesOf(ServiceChange change)
    {
        if (!change.KeepsCredentials)
        {
            yield return change.RenamedFrom is { } oldName
                ? "was " + oldName + ": credentials sold under that name are no longer valid"
                : "credentials sold for it are no longer valid";
        }

        if (change.IsBrieflyUnreachable)
        {
            yield return "out of reach for a moment while it is changed";
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "none" : value;

    private static string Place(int? place) => place is { } known ? Text(known + 1) : "?";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');
}
