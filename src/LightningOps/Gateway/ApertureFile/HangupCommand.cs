using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// A reload command that sends SIGHUP. Aperture traps no such signal and ends (docs/reference/aperture.md#loading): only a
/// supervisor that traps it, or starts Aperture again, makes it a reload.
/// </summary>
internal static class HangupCommand
{
    /// <summary>Code of the diagnostic and of the warning.</summary>
    public const string Code = "reload_hangup";

    private const string Text = "sends SIGHUP, which ends Aperture and does not make it read its file. Use a command that restarts it (systemctl restart aperture), or -AllowHangup where a supervisor traps the signal";

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A program, or a subcommand of one, that sends signals; and SIGHUP by name or number among its arguments.</summary>
    private static readonly Regex Pattern = new(
        @"(?:^|[\s;&|(/\\""'`])(?:kill|pkill|killall|skill)(?:\.exe)?\s[^;&|]*?(?<=\s|^)-(?:-signal[=\s]\s*|[sn]\s*|)(?:SIG)?(?:HUP|1)(?=$|[\s;&|)""'`])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        MatchTimeout);

    /// <summary>Whether a command sends it, itself or in a text for a shell.</summary>
    public static bool IsOne(IReadOnlyList<string>? arguments) => arguments is { Count: > 0 } && Pattern.IsMatch(string.Join(" ", arguments));

    /// <summary>The refusal of a roll-out, which a pause passes with a warning.</summary>
    public static Diagnostic Diagnose(bool isPaused)
    {
        var refusal = RolloutRefusals.Create(Code, "The reload command " + Text + ".");
        return isPaused ? refusal with { Severity = DiagnosticSeverity.Warn } : refusal;
    }

    /// <summary>Why the command is not run, as the reason of a reload.</summary>
    public static string Reason => Code + ":the command " + Text;

    /// <summary>What a close with such a command leaves.</summary>
    public static string Warning => "The reload command " + Text + ". The command was run. It is not known whether Aperture is down, or was started again with the new file.";
}
