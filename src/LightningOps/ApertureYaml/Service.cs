using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps.ApertureYaml;

/// <summary>One service of a gateway (docs/reference/aperture.md#service-members).</summary>
public sealed record GatewayService
{
    /// <summary>Unique name; the service caveat of credentials sold.</summary>
    public required string Name { get; init; }

    /// <summary>Go RE2 for the Host header.</summary>
    public string HostRegexp { get; init; } = string.Empty;

    /// <summary>Go RE2 for the URL path; empty matches all.</summary>
    public string PathRegexp { get; init; } = string.Empty;

    /// <summary><c>host:port</c> of the upstream.</summary>
    public string Address { get; init; } = string.Empty;

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary><c>on</c>, <c>off</c> or <c>freebie N</c>.</summary>
    public string Auth { get; init; } = string.Empty;

    /// <summary>Price in whole satoshis.</summary>
    public long PriceSats { get; init; }

    /// <summary>Other members of the rendering (rate limits, rewrite) as <c>name=value</c> texts; empty when there are none or they are not known.</summary>
    public IReadOnlyList<string> Extras { get; init; } = System.Array.Empty<string>();

    /// <summary>
    /// Whether it is the closed service of docs/reference/aperture.md#closed-service. It makes no invoice and reaches
    /// nothing, because no process can listen on port 0.
    /// </summary>
    public bool IsClosed => Address == ClosedAddress && Auth == AuthOff;

    /// <summary>Whether it asks for payment, also after some free requests.</summary>
    internal bool Sells => NormalizeAuth(Auth) != AuthOff;

    /// <summary>The price charged. Aperture charges 1 satoshi for 0.</summary>
    internal long EffectivePrice => PriceSats == 0 ? 1 : PriceSats;

    /// <summary>Whether it was closed at port 9, as earlier versions did. A process that listens there is served free of charge.</summary>
    internal bool IsClosedAtFormerAddress => Address == FormerClosedAddress && Auth == AuthOff;

    /// <summary>Whether it was closed by this module, at the present or the former address.</summary>
    internal bool WasClosed => IsClosed || IsClosedAtFormerAddress;

    /// <summary>Whether its address has port 0, where nothing listens: it reaches nothing, whether it asks for payment or not.</summary>
    internal bool HasPortZero => HostPort.HasPortZero(Address);

    internal const string ClosedAddress = "127.0.0.1:0";
    internal const string FormerClosedAddress = "127.0.0.1:9";
    internal const string AuthOn = "on";
    internal const string AuthOff = "off";

    /// <summary>The closed service of the same name, host and path.</summary>
    internal GatewayService Closed() => new()
    {
        Name = Name,
        HostRegexp = HostRegexp,
        PathRegexp = PathRegexp,
        Address = ClosedAddress,
        Protocol = "http",
        Auth = AuthOff,
    };

    /// <summary>
    /// The meaning of an auth level in Aperture: a missing one, <c>on</c> and <c>true</c> are on, a word that begins
    /// with <c>freebie</c> counts free requests, and every other word is off (Aperture auth/config.go).
    /// </summary>
    internal static string NormalizeAuth(string auth) => auth.ToLowerInvariant() switch
    {
        "" or "on" or "true" => AuthOn,
        var level when level.StartsWith("freebie", StringComparison.Ordinal) => level,
        _ => AuthOff,
    };

    /// <summary>Name, and the price, or that it is free or closed.</summary>
    public override string ToString() => TerminalText.Clean(Name + (!Sells ? HasPortZero ? " (closed)" : " (free)" : FormattableString.Invariant($" ({EffectivePrice} sat)")));
}

/// <summary>One member of a service, before and after.</summary>
/// <param name="Member">Name of the member as in aperture.yaml.</param>
/// <param name="OldValue">Live value.</param>
/// <param name="NewValue">Desired value.</param>
[JsonConverter(typeof(MemberChangeJson))]
public sealed record MemberChange(string Member, string OldValue, string NewValue)
{
    internal const string Withheld = "(withheld)";

    /// <summary>Whether its values may be secret: a header may hold a key of the upstream.</summary>
    internal bool IsPrivate => Member.StartsWith("headers", StringComparison.Ordinal);

    /// <summary>Live value for a text that others read.</summary>
    internal string ShownOldValue => Show(OldValue);

    /// <summary>Desired value for a text that others read.</summary>
    internal string ShownNewValue => Show(NewValue);

    /// <summary>The member with its values; those of a header are withheld.</summary>
    public override string ToString() => TerminalText.Clean(Member + ": " + (OldValue.Length == 0 ? "none" : ShownOldValue) + " \u2192 " + (NewValue.Length == 0 ? "none" : ShownNewValue));

    private string Show(string value) => IsPrivate && value.Length > 0 ? Withheld : value;
}

/// <summary>Writes the change of a member without the values of a header, because a CI keeps what is written.</summary>
internal sealed class MemberChangeJson : JsonConverter<MemberChange>
{
    public override MemberChange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, MemberChange value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("member", value.Member);
        writer.WriteString("oldValue", value.ShownOldValue);
        writer.WriteString("newValue", value.ShownNewValue);
        writer.WriteEndObject();
    }
}

/// <summary>Compares a service with its desired form, member by member.</summary>
internal static class MemberChanges
{
    public const string HostRegexp = "hostregexp";
    public const string PathRegexp = "pathregexp";
    public const string Price = "price";

    /// <summary>A price of 0 or none. Aperture charges 1 satoshi, and looks up no terms of the credential.</summary>
    public const string PriceNotWritten = "none or 0";

    private static readonly string[] Terms = ["timeout", "capabilities", "constraints"];

    /// <summary>Whether another price is asked.</summary>
    public static bool IsPrice(MemberChange change) => change.Member == Price && change.OldValue != PriceNotWritten && change.NewValue != PriceNotWritten;

    /// <summary>Whether a member is a term of credentials: their lifetime, capabilities or constraints.</summary>
    public static bool IsTerm(string member) => Terms.Any(term => member == term || member.StartsWith(term + ".", StringComparison.Ordinal));

    public static IReadOnlyList<MemberChange> Between(GatewayService current, GatewayService wanted)
    {
        var changes = new List<MemberChange>();
        Compare(changes, HostRegexp, current.HostRegexp, wanted.HostRegexp);
        Compare(changes, PathRegexp, current.PathRegexp, wanted.PathRegexp);
        Compare(changes, "address", current.Address, wanted.Address);
        Compare(changes, "protocol", current.Protocol, wanted.Protocol);
        Compare(changes, "auth", current.Auth, wanted.Auth);

        // A closed service charges nothing, so it has no price.
        if (!wanted.IsClosed)
        {
            Compare(changes, Price, current.IsClosed ? string.Empty : Text(current.EffectivePrice), Text(wanted.EffectivePrice));
            if (current.EffectivePrice == wanted.EffectivePrice && (current.PriceSats == 0) != (wanted.PriceSats == 0) && (current.PriceSats == 0 ? current : wanted) is { Sells: true } losing && GetTerms(losing.Extras).Any())
            {
                changes.Add(current.PriceSats == 0 ? new MemberChange(Price, PriceNotWritten, Text(wanted.PriceSats)) : new MemberChange(Price, Text(current.PriceSats), PriceNotWritten));
            }
        }

        CompareExtras(changes, current.Extras, wanted.Extras, wanted.IsClosed);
        return changes;
    }

    /// <summary>Whether it matches the same requests by the same expressions.</summary>
    public static bool HasSameMatch(GatewayService current, GatewayService wanted) =>
        current.HostRegexp == wanted.HostRegexp && current.PathRegexp == wanted.PathRegexp;

    /// <summary>
    /// The members that are terms of credentials. Without a price Aperture loses them: it looks them up by name and price, and
    /// finds none for a price of 0 (docs/reference/aperture.md#credentials-at-run-time).
    /// </summary>
    /// <param name="extras">Other members of a service, as <c>name=value</c> texts.</param>
    public static IEnumerable<string> GetTerms(IReadOnlyList<string> extras) => extras.Select(static extra => Split(extra).Member).Where(IsTerm);

    /// <param name="changes">Receives the changes.</param>
    /// <param name="current">The current service.</param>
    /// <param name="wanted">The desired service.</param>
    /// <param name="isClosed">Whether it is to be closed; its scheme then does not matter.</param>
    private static void CompareExtras(List<MemberChange> changes, IReadOnlyList<string> current, IReadOnlyList<string> wanted, bool isClosed)
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
            if (isClosed && member == "authscheme")
            {
                continue;
            }

            old.TryGetValue(member, out var before);
            old.Remove(member);
            Compare(changes, member, before ?? string.Empty, value);
        }

        foreach (var extra in current)
        {
            var (member, value) = Split(extra);
            if (old.Remove(member) && !(isClosed && member == "authscheme"))
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
