using System;
using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.Gateway.Planning;

/// <summary>Compares a service with what it is to become, member by member.</summary>
internal static class MemberChanges
{
    public const string HostRegexp = "hostregexp";
    public const string PathRegexp = "pathregexp";

    public static IReadOnlyList<MemberChange> Between(GatewayService current, GatewayService wanted)
    {
        var changes = new List<MemberChange>();
        Compare(changes, HostRegexp, current.HostRegexp, wanted.HostRegexp);
        Compare(changes, PathRegexp, current.PathRegexp, wanted.PathRegexp);
        Compare(changes, "address", current.Address, wanted.Address);
        Compare(changes, "protocol", current.Protocol, wanted.Protocol);
        Compare(changes, "auth", current.Auth, wanted.Auth);

        // A closed service asks for nothing: what price it has left does not matter.
        if (!wanted.IsClosed)
        {
            Compare(changes, "price", Text(current.EffectivePrice), Text(wanted.EffectivePrice));
        }

        CompareExtras(changes, current.Extras, wanted.Extras);
        return changes;
    }

    /// <summary>Whether it matches the same requests by the same expressions.</summary>
    public static bool HasSameMatch(GatewayService current, GatewayService wanted) =>
        current.HostRegexp == wanted.HostRegexp && current.PathRegexp == wanted.PathRegexp;

    private static void CompareExtras(List<MemberChange> changes, IReadOnlyList<string> current, IReadOnlyList<string> wanted)
    {
        if (current.Count == 0 && wanted.Count == 0)
        {
            return;
        }

        var old = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var extra in current)
        {
            var (member, value) = Split(extra);
            old[member] = value;
        }

        foreach (var extra in wanted)
        {
            var (member, value) = Split(extra);
            old.TryGetValue(member, out var before);
            old.Remove(member);
            Compare(changes, member, before ?? string.Empty, value);
        }

        foreach (var extra in current)
        {
            var (member, value) = Split(extra);
            if (old.Remove(member))
            {
                Compare(changes, member, value, string.Empty);
            }
        }
    }

    private static (string Member, string Value) Split(string extra)
    {
        var equals = extra.IndexOf('=');
        return (extra.Substring(0, equals), extra.Substring(equals + 1));
    }

    private static void Compare(List<MemberChange> changes, string member, string oldValue, string newValue)
    {
        if (!string.Equals(oldValue, newValue, StringComparison.Ordinal))
        {
            changes.Add(new MemberChange(member, oldValue, newValue));
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
