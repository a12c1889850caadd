using System;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.L402;

/// <summary>A restriction of an L402: <c>condition=value</c>, for example <c>services=weather:0</c>.</summary>
public sealed record Caveat
{
    private const string PreimageCondition = "preimage";

    /// <summary>A restriction.</summary>
    /// <param name="condition">Its name, not empty and without <c>=</c>.</param>
    /// <param name="value">What it must be.</param>
    /// <exception cref="L402Exception"><c>caveat_malformed</c>.</exception>
    public Caveat(string condition, string value)
    {
        if (condition.Length == 0 || condition.IndexOf('=') >= 0)
        {
            throw new L402Exception(Malformed());
        }

        Condition = condition;
        Value = value;
    }

    /// <summary>Its name.</summary>
    public string Condition { get; }

    /// <summary>What it must be; the value of a <c>preimage</c> caveat is a secret.</summary>
    public string Value { get; }

    /// <summary>Reads <c>condition=value</c>; the value may hold further signs.</summary>
    /// <exception cref="L402Exception"><c>caveat_malformed</c>.</exception>
    public static Caveat Parse(string text) => TryParse(text, out var caveat, out var error) ? caveat : throw new L402Exception(error);

    /// <summary>Reads <c>condition=value</c>; the value may hold further signs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="caveat">The restriction.</param>
    /// <param name="error"><c>caveat_malformed</c>; the text is not repeated.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Caveat? caveat, [NotNullWhen(false)] out L402Error? error)
    {
        var sign = text.IndexOf('=');
        caveat = sign > 0 ? new(text.Substring(0, sign), text.Substring(sign + 1)) : null;
        error = caveat is null ? Malformed() : null;
        return caveat is not null;
    }

    /// <summary><c>condition=value</c>, whole: a secret when it is a preimage.</summary>
    public string Encode() => Condition + "=" + Value;

    /// <summary><c>condition=value</c>; asterisks for the value of a preimage.</summary>
    public override string ToString() => string.Equals(Condition, PreimageCondition, StringComparison.Ordinal) ? Condition + "=***" : Encode();

    private static L402Error Malformed() => L402Error.Macaroon(L402ErrorCodes.CaveatMalformed, "a caveat is condition=value");
}
