using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningOps.Files;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Registry;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Checks the program of a command before the file is written, and gives advice when it failed.</summary>
internal static class ReloadProgram
{
    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Why a command cannot be run; null if it can, or there is none.</summary>
    public static string? Check(IReadOnlyList<string>? arguments) =>
        arguments is RegisteredCommand registered ? (registered.FindFault() is { } fault ? ReloadCommand.NotStarted + ":" + fault.Message : null)
        : SystemdUnit.IsOne(arguments) ? ReloadCommand.NotStarted + ":there is no systemctl on this host for " + arguments![0]
        : arguments is not { Count: > 0 } || Exists(arguments[0]) ? null
        : arguments.Count == 1 && arguments[0].Any(char.IsWhiteSpace)
            ? ReloadCommand.NotStarted + ":\"" + arguments[0] + "\" is one string; a command is a list of strings: '" + string.Join("', '", arguments[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) + "'"
            : ReloadCommand.NotStarted + ":program not found: " + arguments[0];

    /// <summary>The refusal of a roll-out whose command cannot be run.</summary>
    public static Diagnostic Diagnose(string fault, TimeSpan timeout) =>
        RolloutRefusals.Create(ReloadCommand.NotStarted, "The reload command cannot be run: " + fault.Substring(ReloadCommand.NotStarted.Length + 1).TrimEnd('.') + ". " + RemedyFor(fault, timeout));

    /// <summary>Whether a refusal is about the reload command, and not about what it is to load.</summary>
    public static bool IsAboutReload(Diagnostic refusal) => refusal.Code is ReloadCommand.NotStarted or HangupCommand.Code;

    /// <summary>Advice that fits how it failed.</summary>
    public static string RemedyFor(string reason, TimeSpan timeout) =>
        reason.StartsWith(ReloadCommand.NotStarted, StringComparison.Ordinal) ? "Specify an existing program, by path or from PATH, and each argument as a separate string (-ReloadCommand)."
        : reason.StartsWith(HangupCommand.Code, StringComparison.Ordinal) ? "Restart Aperture with -ReloadCommand systemctl, restart, aperture. Add -AllowHangup only where a supervisor traps the signal."
        : reason.StartsWith(ReloadCommand.TimedOut, StringComparison.Ordinal) ? "The command did not finish within " + timeout.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) + " s. Allow more time, or let it return while Aperture starts."
        : "Check the last lines of the command and the Aperture log; Aperture may have rejected the configuration. Run the command by hand.";

    private static bool Exists(string program) =>
        program.IndexOfAny(Separators) >= 0
            ? IsProgram(program)
            : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
                .Append(Directory.GetCurrentDirectory())
                .Append(AppContext.BaseDirectory)
                .Concat(UnixFile.IsUnix ? [] : new[] { Environment.SystemDirectory, Environment.GetFolderPath(Environment.SpecialFolder.Windows) })
                .Where(folder => folder.Length > 0)
                .Any(folder => IsProgram(Path.Combine(folder, program)));

    private static bool IsProgram(string path) => File.Exists(path) || (!UnixFile.IsUnix && File.Exists(path + ".exe"));
}
