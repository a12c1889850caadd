using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using LightningOps.Gateway;
using LightningOps.Reconcile;
using LightningOps.Status;

namespace LightningOps.PowerShell.Display;

/// <summary>A status as lines for a terminal, redrawn in place.</summary>
internal sealed class StatusScreen
{
    private const int DefaultWidth = 80;
    private const int MaxRows = 12;
    private const int MaxExpiries = 3;
    private const string End = "Ctrl+C ends it.";
    private readonly PSObject? style;
    private readonly PSHostRawUserInterface? terminal;

    /// <param name="style">$PSStyle of the session, or null.</param>
    /// <param name="terminal">The host's terminal, or null.</param>
    public StatusScreen(PSObject? style, PSHostRawUserInterface? terminal)
    {
        this.style = style;
        this.terminal = terminal;
    }

    /// <summary>The lines; none is wider than the terminal.</summary>
    /// <param name="status">The status.</param>
    /// <param name="intervalSeconds">Time between two reads.</param>
    public string Format(L402Status status, int intervalSeconds)
    {
        var lines = new List<(string Text, bool? Ok)>
        {
            (FormattableString.Invariant($"LightningOps status  {Time(status.TakenAtMs)}  every {intervalSeconds} s  {status.ControlPlane}"), null),
            (status.Outcome, status.Ok),
            (string.Empty, null),
            ("GATEWAY STATE   DESIRED       WRITTEN       LIVE", null),
        };

        // The hashes fit 60 columns; names have lines of their own.
        foreach (var gateway in status.Gateways.Take(MaxRows))
        {
            lines.Add((FormattableString.Invariant($"  {gateway.Drift,-13} {Short(gateway.Desired),-13} {Short(gateway.Written),-13} {Short(gateway.Live)}"), gateway.Drift == DriftStatus.InSync));
            lines.Add(("    " + gateway.Gateway, null));
            foreach (var endpoint in gateway.Endpoints)
            {
                lines.Add((FormattableString.Invariant($"    {(endpoint.Failure is null ? "endpoint" : "no answer"),-11} {string.Empty,-13} {Short(endpoint.Written),-13} {Short(endpoint.Live)}"), endpoint.Failure is null));
                lines.Add(("      " + endpoint.Endpoint + (endpoint.Failure is { } failure ? ": " + failure : string.Empty), null));
            }
        }

        AddMore(lines, status.Gateways.Count, "gateways");
        lines.Add((string.Empty, null));
        lines.Add(status.Switches is { } switches
            ? ("Pause      " + (switches.Global.GlobalPause ? "ON, set by " + (switches.Global.UpdatedBy ?? "not known") + " at " + Time(switches.Global.UpdatedAtMs) + (switches.Global.DenyReason is null ? string.Empty : ": " + switches.Global.DenyReason) : "off"), !switches.Global.GlobalPause)
            : ("Pause      not known", false));
        var stopped = (status.Switches?.OwnerControls ?? []).Where(static owner => owner.KillSwitch).ToArray();
        foreach (var owner in stopped.Take(MaxRows))
        {
            lines.Add(("Stopped    " + owner.OwnerId + ", set by " + (owner.UpdatedBy ?? "not known") + " at " + Time(owner.UpdatedAtMs), false));
        }

        AddMore(lines, stopped.Length, "stopped owners");

        lines.Add(("Roll-out   " + (status.LastRollout is { } last ? last.Status + " " + Time(last.UpdatedAtMs) : "not known") + ", last success " + (status.LastSuccessAtMs is { } success ? Time(success) : "not known"), null));
        if (status.Watch is { } watch)
        {
            lines.Add((FormattableString.Invariant($"Watch      {watch.State}, {watch.Passes} passes, {watch.FailuresInARow} failed in a row"), watch is { FailuresInARow: 0, State: not WatchState.Stopped }));
        }

        foreach (var smoke in status.Smokes)
        {
            lines.Add(("Smoke      " + smoke.Name + " " + (smoke.Ok switch { true => "passed", false => "failed", null => "not known" }) + " " + Time(smoke.FinishedAtMs), smoke.Ok == true));
        }

        lines.Add(("Sales      " + (status.RevenueDay is { } day ? Sats(day.SettledMsats) + " in 24 h with " + Number(day.Settled) + " payments" : "not known") + ", pending " + (status.Revenue is { } all ? Number(all.Open) + " invoices" : "not known"), null));
        lines.Add(("Budget     hour " + (status.Spending is null ? "not known" : status.HourLeftMsats is { } hour ? Sats(hour) + " left" : "no budget") + ", day " + (status.Spending is null ? "not known" : status.DayLeftMsats is { } left ? Sats(left) + " left" : "no budget"), null));
        foreach (var item in ExpiringItem.Rank(status.Expiring).Take(MaxExpiries))
        {
            lines.Add((FormattableString.Invariant($"Expires    {item.Kind} {item.Name} {Time(item.ExpiresAtMs)} ({Math.Floor(item.SecondsLeft / 86400)} days)"), item.SecondsLeft > 14 * 86400));
        }

        AddMore(lines, status.Expiring.Count, "that expire", MaxExpiries);

        foreach (var finding in status.Findings.Take(MaxRows))
        {
            lines.Add(("Finding    " + finding.Code + ": " + finding.Message, finding.Severity == DiagnosticSeverity.Info ? null : false));
        }

        AddMore(lines, status.Findings.Count, "findings");

        foreach (var value in status.NotKnown.Take(MaxRows))
        {
            lines.Add(("Not known  " + value, false));
        }

        AddMore(lines, status.NotKnown.Count, "values not known");
        lines.Add((string.Empty, null));
        lines.Add((End, null));
        var width = Measure(static screen => screen.BufferSize.Width) is > 20 and var columns ? columns : DefaultWidth;
        return string.Join(Environment.NewLine, lines.Select(line => Paint(TerminalCells.Cut(ToLine(line.Text), width), line.Ok)));
    }

    /// <summary>Redraws the terminal; false where there is none, or one that cannot be redrawn.</summary>
    public bool TryShow(string text)
    {
        if (terminal is null || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb")
        {
            return false;
        }

        // Home, each line cleared to its end, then what is below.
        Console.Out.Write("\u001b[H" + string.Join("\u001b[K\r\n", Fit(text.Split([Environment.NewLine], StringSplitOptions.None))) + "\u001b[K\u001b[J");
        Console.Out.Flush();
        return true;
    }

    /// <summary>The lines that the terminal has place for: one more would scroll, and the next screen would stand below this one.</summary>
    internal IReadOnlyList<string> Fit(string[] lines)
    {
        if (Measure(static screen => screen.WindowSize.Height) is not (> 3 and var rows) || lines.Length <= rows)
        {
            return lines;
        }

        return [.. lines.Take(rows - 1), FormattableString.Invariant($"… {lines.Length - rows + 1} more lines. {End}")];
    }

    private int Measure(Func<PSHostRawUserInterface, int> read)
    {
        try
        {
            return terminal is null ? 0 : read(terminal);
        }
        catch (Exception unknown) when (unknown is HostException or NotImplementedException or System.IO.IOException)
        {
            return 0;
        }
    }

    private static void AddMore(List<(string Text, bool? Ok)> lines, int count, string what, int max = MaxRows)
    {
        if (count > max)
        {
            lines.Add((FormattableString.Invariant($"    and {count - max} more {what}"), null));
        }
    }

    // A name may have line breaks.
    private static string ToLine(string text) => TerminalText.Clean(text).Replace("\r\n", "\\n").Replace("\n", "\\n").Replace('\t', ' ');

    private string Paint(string text, bool? ok) => ok is { } known ? AnsiText.Outcome(text, known, style) : text;

    private static string Short(string? hash) => hash is { } text ? (text.Length > 12 ? text.Substring(0, 12) : text) : "not known";

    private static string Time(long atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Sats(decimal msats) => (msats / 1000).ToString("0.###", CultureInfo.InvariantCulture) + " sat";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
