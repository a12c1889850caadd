using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// A command of the kind <c>systemd:aperture.service</c>: systemctl with fixed arguments
/// (docs/reference/gateway.md#systemd-units). A reload restarts the unit and a stop stops it; a drain and an undrain
/// each start a unit.
/// </summary>
public static class SystemdUnit
{
    // Never from PATH, where others might be able to put a program.
    internal static readonly IReadOnlyList<string> Programs = ["/usr/bin/systemctl", "/bin/systemctl", "/run/current-system/sw/bin/systemctl"];

    private const string Prefix = "systemd:";
    private const string Suffix = ".service";
    private const int MaxLength = 255;

    // systemd.unit(5): letters, digits and :-_.\ and one @ before the instance.
    private static readonly Regex Name = new(@"^[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\-]*(@[A-Za-z0-9:_.\\-]*)?\.service\z", RegexOptions.CultureInvariant);

    /// <summary>Whether a command is a unit.</summary>
    /// <param name="command">The command; may be null.</param>
    public static bool IsOne(IReadOnlyList<string>? command) => command is { Count: > 0 } && command[0] is { } first && first.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether this host has a systemctl.</summary>
    public static bool IsHere => Programs.Any(File.Exists);

    /// <summary>The command to run: systemctl for a unit, otherwise the given command.</summary>
    /// <param name="command">Program and arguments, or a unit; null stays null.</param>
    /// <param name="field">Its parameter: <c>ReloadCommand</c>, <c>StopCommand</c>, <c>DrainCommand</c> or <c>UndrainCommand</c>.</param>
    /// <exception cref="ConfigException">The name of the unit is invalid, or there is no systemctl here.</exception>
    public static IReadOnlyList<string>? Resolve(IReadOnlyList<string>? command, string field) => Resolve(command, field, Programs);

    /// <summary>
    /// The same for a host that may lack systemctl but still reads the gateway. The unit is then kept, and no change
    /// can begin.
    /// </summary>
    internal static IReadOnlyList<string>? ResolveHere(IReadOnlyList<string>? command, string field)
    {
        Require(command ?? [], field);
        return IsHere ? Resolve(command, field) : command;
    }

    internal static IReadOnlyList<string>? Resolve(IReadOnlyList<string>? command, string field, IReadOnlyList<string> programs)
    {
        if (!IsOne(command))
        {
            return command;
        }

        Require(command!, field);
        var program = programs.FirstOrDefault(File.Exists)
            ?? throw new ConfigException(field, "needs systemctl, and there is none at " + string.Join(", ", programs), "Use systemd: on the host of the gateway, or specify a program by its absolute path.");
        return new RegisteredCommand([program, "--no-ask-password", GetVerb(field), "--", command![0].Substring(Prefix.Length)], field);
    }

    /// <summary>Checks the name of a unit; any other command passes.</summary>
    /// <param name="command">The command.</param>
    /// <param name="field">Its parameter.</param>
    /// <exception cref="ConfigException">The name is not valid.</exception>
    public static void Require(IReadOnlyList<string> command, string field)
    {
        if (!IsOne(command))
        {
            return;
        }

        // A placeholder of an address is replaced, escaped, before the command is run.
        var unit = EndpointPlaces.Aggregate(command[0].Substring(Prefix.Length), static (name, place) => name.Replace(place, "x"));
        if (command.Count > 1 || unit.Length > MaxLength || !Name.IsMatch(unit))
        {
            throw new ConfigException(field, command.Count > 1 ? "is a unit with arguments" : "does not name a systemd service", "Specify one text: systemd:aperture.service. Letters, digits, : - _ . \\ and one @ are allowed, and the name ends in " + Suffix + ".");
        }
    }

    /// <summary>
    /// A text in systemd-escape's form: characters that a unit name cannot contain are written as \xHH, a slash as a
    /// hyphen.
    /// </summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var letter = (char)value;
            escaped.Append(letter == '/' ? "-" : letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or ':' or '_' || (letter == '.' && escaped.Length > 0) ? letter.ToString() : "\\x" + value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private static string[] EndpointPlaces => ["{endpoint}", "{host}"];

    // Aperture reads its file only at its start, so a reload is a restart.
    private static string GetVerb(string field) => field switch
    {
        "StopCommand" => "stop",
        "ReloadCommand" => "restart",
        _ => "start",
    };
}
