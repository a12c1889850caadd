using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>
/// The texts of an enum: plain (<c>rolled_back</c>) and in protobuf JSON form (<c>DEPLOYMENT_INTENT_STATUS_ROLLED_BACK</c>).
/// </summary>
internal sealed class EnumNames<T>
    where T : struct, Enum
{
    private readonly (byte[] Text, T Value)[] forms;
    private readonly byte[] unspecified;

    /// <param name="prefix">The enum's protobuf name in upper snake case, with the underscore after it.</param>
    public EnumNames(string prefix)
    {
        var values = (T[])Enum.GetValues(typeof(T));
        var plain = values.Select(value => (Text: JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()), Value: value)).ToArray();
        forms = plain.Select(form => (Encoding.UTF8.GetBytes(form.Text), form.Value))
            .Concat(plain.Select(form => (Encoding.UTF8.GetBytes(prefix + form.Text.ToUpperInvariant()), form.Value)))
            .ToArray();
        unspecified = Encoding.UTF8.GetBytes(prefix + "UNSPECIFIED");
        Plain = plain.Select(form => form.Text).ToArray();
    }

    /// <summary>The plain texts in declared order.</summary>
    public IReadOnlyList<string> Plain { get; }

    /// <summary>Whether the reader is at the protobuf form of a missing value.</summary>
    public bool IsUnspecified(ref Utf8JsonReader reader) => reader.ValueTextEquals(unspecified);

    /// <summary>The value of the text at the reader.</summary>
    public bool TryFind(ref Utf8JsonReader reader, out T value)
    {
        foreach (var form in forms)
        {
            if (reader.ValueTextEquals(form.Text))
            {
                value = form.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
