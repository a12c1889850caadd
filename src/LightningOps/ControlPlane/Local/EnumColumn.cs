using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace LightningOps.ControlPlane.Local;

/// <summary>An enum as the store keeps it: the contract's lower snake case text.</summary>
internal static class EnumColumn<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Texts =
        ((T[])Enum.GetValues(typeof(T))).ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly Dictionary<string, T> Values = Texts.ToDictionary(text => text.Value, text => text.Key, StringComparer.Ordinal);

    /// <summary>The text of a value.</summary>
    public static string ToText(T value) => Texts[value];

    /// <summary>The value of a text.</summary>
    /// <exception cref="InvalidDataException">The store has something else there.</exception>
    public static T Parse(string text) =>
        Values.TryGetValue(text, out var value) ? value : throw new InvalidDataException("No " + typeof(T).Name + " is stored as it should be.");
}
