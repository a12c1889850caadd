using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.Planning;

/// <summary>The text of a plan for confirmation: one line per service, its members below, and the consequences for buyers.</summary>
internal static class PlanText
{
    /// <summary>Of a service that a roll-out does not change.</summary>
    public const string LeftUnchanged = "left unchanged: no record says that this store made it";

    private const int MaxChanges = 200;
    private const int MaxNamed = 10;
    private const int MaxRequests = 30;
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

    public static string Format(RolloutPlan plan)
    {
        var text = new StringBuilder();
        Line(text, 0, plan.Gateway);
        if (plan.CurrentConfigHash == plan.ConfigHash)
        {
            Line(text, 1, "keeps " + plan.ConfigHash);
        }
        else
        {
            Line(text, 1, "from " + (plan.CurrentConfigHash?.ToString() ?? "nothing recorded"));
            Line(text, 1, "to   " + plan.ConfigHash);
        }

        Line(text, 1, FormatSummary(plan));
        foreach (var change in plan.Changes.Take(MaxChanges))
        {
            Append(text, 1, change, isNoted: !IsUsual(change));
        }

        if (plan.Changes.Count > MaxChanges)
        {
            Line(text, 1, "and " + Text(plan.Changes.Count - MaxChanges) + " more");
        }

        AppendRequests(text, plan.Requests);
        foreach (var kind in Kinds)
        {
            if (plan.Changes.FirstOrDefault(change => change.Kind == kind.Kind && IsUsual(change)) is { } usual)
            {
                AppendParagraph(text, 1, kind.Word + ": " + usual.HoldersText);
            }
        }

        if (plan.Changes.Where(static change => change.SellsForEver).Select(static change => change.Name).Distinct().ToArray() is { Length: > 0 } forEver)
        {
            AppendParagraph(text, 1, "credentials sold from now on never expire, because no lifetime is declared: " + string.Join(", ", forEver.Take(MaxNamed)) + (forEver.Length > MaxNamed ? ", \u2026" : string.Empty));
        }

        foreach (var service in (plan.LeftAlone ?? []).Take(MaxChanges))
        {
            Line(text, 1, "= " + service + "  " + LeftUnchanged);
        }

        foreach (var diagnostic in plan.Diagnostics)
        {
            AppendParagraph(text, 1, diagnostic.ToString());
        }

        return text.ToString().TrimEnd('\n');
    }

    public static string Format(ServiceChange change)
    {
        var text = new StringBuilder();
        Append(text, 0, change, isNoted: true);
        return text.ToString().TrimEnd('\n');
    }

    public static string FormatSummary(RolloutPlan plan)
    {
        var counts = plan.Changes.GroupBy(change => change.Kind).ToDictionary(group => group.Key, group => group.Count());
        return FormatChanges(plan, counts) + (plan.LeftAlone is { Count: > 0 } others ? "; left unchanged, because no record says that this store made them: " + string.Join(", ", others.Take(MaxNamed)) + (others.Count > MaxNamed ? ", \u2026" : string.Empty) : string.Empty);
    }

    private static string FormatChanges(RolloutPlan plan, Dictionary<ServiceChangeKind, int> counts) =>
        plan.Changes.Count > 0 ? string.Join(", ", Kinds.Where(kind => counts.ContainsKey(kind.Kind)).Select(kind => Text(counts[kind.Kind]) + " " + kind.Word))
            : plan.IsEmpty ? "nothing to change"
            : plan.ReplacedTexts.Count > 0 ? "every service stays as it is served, and the file's own text of " + Text(plan.ReplacedTexts.Count) + " is overwritten"
            : plan.IsSpellingOnly ? "spelling and comments only: every service stays as it is"
            : "the configuration is sent";

    /// <summary>Whether the effect for holders is the same for every change of its kind, and is stated once below them.</summary>
    private static bool IsUsual(ServiceChange change) => change.RenamedFrom is null && (change.Kind, change.Holders) is
        (ServiceChangeKind.Added, HolderAccess.IfSoldEarlier)
        or (ServiceChangeKind.Moved, HolderAccess.AsBefore)
        or (ServiceChangeKind.Opened, HolderAccess.AsBefore)
        or (ServiceChangeKind.Closed, HolderAccess.Suspended);

    private static void Append(StringBuilder text, int depth, ServiceChange change, bool isNoted)
    {
        var (_, sign, word) = Kinds.Single(kind => kind.Kind == change.Kind);
        Line(text, depth, sign + " " + change.Name + FormatTail(change, word) + (change.Endpoint is null ? string.Empty : " at " + change.Endpoint));
        if (change.Kind != ServiceChangeKind.Closed)
        {
            foreach (var member in change.Members)
            {
                Append(text, depth + 2, member);
            }
        }

        if (isNoted)
        {
            AppendParagraph(text, depth + 2, change.HoldersText);
        }

        if (change.IsBrieflyUnreachable)
        {
            AppendParagraph(text, depth + 2, "briefly unavailable during the change");
        }
    }

    private static void AppendRequests(StringBuilder text, IReadOnlyList<PlannedRequest> requests)
    {
        if (requests.Count == 0)
        {
            return;
        }

        Line(text, 1, "requests, before \u2192 after:");
        foreach (var request in requests.Take(MaxRequests))
        {
            Line(text, 2, request.Uri);
            Line(text, 3, request.Answers);
        }

        if (requests.Count > MaxRequests)
        {
            Line(text, 2, "and " + Text(requests.Count - MaxRequests) + " more");
        }
    }

    private static string FormatTail(ServiceChange change, string word) => change.Kind switch
    {
        ServiceChangeKind.Moved => "  from place " + Place(change.OldPlace) + " to " + Place(change.NewPlace),
        ServiceChangeKind.Closed or ServiceChangeKind.Opened => "  " + word,
        _ => string.Empty,
    };

    private static void Append(StringBuilder text, int depth, MemberChange member)
    {
        var onOneLine = member.Member + ": " + FormatValue(member.ShownOldValue) + " \u2192 " + FormatValue(member.ShownNewValue);
        if (onOneLine.Length <= Narrow)
        {
            Line(text, depth, onOneLine);
            return;
        }

        Line(text, depth, member.Member + ":");
        Line(text, depth + 1, FormatValue(member.ShownOldValue));
        Line(text, depth + 1, "\u2192 " + FormatValue(member.ShownNewValue));
    }

    /// <summary>A value of a member; none for an empty one.</summary>
    internal static string FormatValue(string value) => value.Length == 0 ? "none" : value;

    private static string Place(int? place) => place is { } known ? Text(known + 1) : "?";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Wraps sentences between words, because terminals wrap them anywhere.</summary>
    private static void AppendParagraph(StringBuilder text, int depth, string sentences)
    {
        var line = new StringBuilder();
        foreach (var word in sentences.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Narrow)
            {
                Line(text, depth, line.ToString());
                line.Clear().Append(' ');
            }

            line.Append(line.Length == 0 ? string.Empty : " ").Append(word);
        }

        Line(text, depth, line.ToString());
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');
}
