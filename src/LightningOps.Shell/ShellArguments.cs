using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.Shell;

/// <summary>What the command line asks for, in the words of pwsh.</summary>
/// <param name="Command">Script text to run, or null.</param>
/// <param name="File">Script file to run, or null.</param>
/// <param name="FileArguments">What comes after the file.</param>
internal sealed record ShellArguments(string? Command, string? File, IReadOnlyList<string> FileArguments)
{
    public const string Usage = """
        Usage: LightningOps.Shell [-NoProfile] [-NonInteractive] -Command <script text>
               LightningOps.Shell [-NoProfile] [-NonInteractive] -File <script.ps1> [arguments]
               LightningOps.Shell < script.ps1
        """;

    private static readonly string[] Ignored = ["-noprofile", "-nop", "-noninteractive", "-noni", "-nologo"];
    private static readonly string[] CommandNames = ["-command", "-c"];
    private static readonly string[] FileNames = ["-file", "-f"];

    /// <summary>Reads the command line.</summary>
    /// <param name="args">As the process got it.</param>
    /// <param name="hasInput">Whether a script may be on standard input.</param>
    /// <param name="arguments">What it asks for.</param>
    /// <param name="complaint">What is wrong with it.</param>
    public static bool TryParse(
        string[] args,
        bool hasInput,
        [NotNullWhen(true)] out ShellArguments? arguments,
        [NotNullWhen(false)] out string? complaint)
    {
        var at = 0;
        while (at < args.Length && Is(args[at], Ignored))
        {
            at++;
        }

        (arguments, complaint) = at == args.Length
            ? FromInput(hasInput)
            : From(args[at], args[(at + 1)..], hasInput);
        return arguments is not null;
    }

    private static (ShellArguments? Arguments, string? Complaint) From(string option, string[] rest, bool hasInput)
    {
        if (Is(option, CommandNames))
        {
            return rest switch
            {
                [] => (null, "-Command needs a script."),
                ["-"] => FromInput(hasInput),
                _ => (new(string.Join(' ', rest), null, []), null),
            };
        }

        if (Is(option, FileNames))
        {
            return rest.Length == 0 ? (null, "-File needs a script file.") : (new(null, rest[0], rest[1..]), null);
        }

        if (option == "-")
        {
            return FromInput(hasInput);
        }

        return option.StartsWith('-') ? (null, "Unknown option " + option + ".") : (new(null, option, rest), null);
    }

    private static (ShellArguments? Arguments, string? Complaint) FromInput(bool hasInput) =>
        hasInput ? (new(null, null, []), null) : (null, "There is nothing to run.");

    private static bool Is(string option, string[] names) =>
        Array.Exists(names, name => name.Equals(option, StringComparison.OrdinalIgnoreCase));
}
