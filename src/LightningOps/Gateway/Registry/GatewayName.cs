using System;
using System.Linq;

namespace LightningOps.Gateway.Registry;

/// <summary>The rules of a name, which must never be mistaken for a kind or an address.</summary>
internal static class GatewayName
{
    private const int MaxLength = 64;
    private static readonly string[] Kinds = ["ops", "admin", "aperture", "file", "loopback", "memory"];

    /// <summary>Whether a text can be a name, so that it is looked up.</summary>
    public static bool IsValid(string name) => FindFault(name) is null;

    /// <summary>Checks that a name can be used.</summary>
    /// <exception cref="ConfigException">The name cannot be used.</exception>
    public static void Require(string name)
    {
        if (FindFault(name) is { } fault)
        {
            throw new ConfigException("Name", fault, "Use letters, digits, '-', '_' and '.', beginning with a letter or digit: prod, eu-1.");
        }
    }

    private static string? FindFault(string name) =>
        Kinds.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase) ? "\"" + name.Trim() + "\" is a kind of gateway"
        : name.Contains(':') ? "a name cannot contain a colon: it would be read as a kind and an address"
        : name.Length is 0 or > MaxLength || !char.IsLetterOrDigit(name[0]) || !name.All(static letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? "a name has 1 to 64 letters, digits, '-', '_' and '.', and begins with a letter or digit"
            : null;
}
