using System;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps;

/// <summary>An amount in millisatoshis (1,000 msat = 1 satoshi).</summary>
/// <param name="Value">Millisatoshis.</param>
public readonly record struct Msats(long Value) : IComparable<Msats>, IComparable
{
    /// <summary>Millisatoshis in one satoshi.</summary>
    public const long PerSatoshi = 1000;

    /// <summary>Whether the amount is a whole number of satoshis.</summary>
    public bool IsWholeSatoshis => Value % PerSatoshi == 0;

    /// <summary>The amount in satoshis, rounded up. A price is never rounded in the buyer's favour (docs/reference/compile.md#prices).</summary>
    public long SatoshisRoundedUp => (Value / PerSatoshi) + (Value % PerSatoshi > 0 ? 1 : 0);

    /// <summary>The amount in millisatoshis.</summary>
    public static implicit operator long(Msats amount) => amount.Value;

    /// <summary>Creates an amount from millisatoshis.</summary>
    public static implicit operator Msats(long msats) => new(msats);

    /// <summary>Whether the left amount is the smaller.</summary>
    public static bool operator <(Msats left, Msats right) => left.Value < right.Value;

    /// <summary>Whether the left amount is the greater.</summary>
    public static bool operator >(Msats left, Msats right) => left.Value > right.Value;

    /// <summary>Whether the left amount is not the greater.</summary>
    public static bool operator <=(Msats left, Msats right) => left.Value <= right.Value;

    /// <summary>Whether the left amount is not the smaller.</summary>
    public static bool operator >=(Msats left, Msats right) => left.Value >= right.Value;

    /// <summary>The millisatoshis of <paramref name="amount"/>.</summary>
    public static long ToInt64(Msats amount) => amount.Value;

    /// <summary>Creates an amount from millisatoshis.</summary>
    public static Msats FromInt64(long msats) => new(msats);

    /// <inheritdoc/>
    public int CompareTo(Msats other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is Msats other ? CompareTo(other) : 1;

    /// <summary>The millisatoshis as invariant decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

internal sealed class MsatsJsonConverter : JsonConverter<Msats>
{
    public override Msats Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new Msats(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Msats value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
