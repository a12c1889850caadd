using System;
using System.Globalization;

namespace LightningOps.ApertureYaml;

/// <summary>The count of <c>freebie N</c>, which Aperture keeps in 16 bits (freebie/count.go).</summary>
internal static class FreebieCount
{
    /// <summary>The free requests of each network; null if the count is not a number, at which Aperture crashes.</summary>
    /// <param name="auth">An auth level that begins with freebie.</param>
    public static ushort? Read(string auth) => ReadWritten(auth) is { } count ? Keep(count) : null;

    /// <summary>The count as written; null if it is not a number.</summary>
    /// <param name="auth">An auth level that begins with freebie.</param>
    public static long? ReadWritten(string auth) =>
        auth.Split(' ') is { Length: 2 } parts && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>The part of a count that Aperture keeps.</summary>
    public static ushort Keep(long count) => unchecked((ushort)count);

    /// <summary>For example <c>3 free requests</c>.</summary>
    public static string Describe(long count) => FormattableString.Invariant($"{count} free request{(count == 1 ? string.Empty : "s")}");
}
