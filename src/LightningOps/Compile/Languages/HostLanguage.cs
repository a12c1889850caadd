using System;

namespace LightningOps.Compile.Languages;

/// <summary>
/// A host as clients send it: in any letter case, with an optional trailing dot, and with one given port or with any
/// or none: <c>(?i)^host\.?(:[0-9]+)?$</c>.
/// </summary>
internal sealed class HostLanguage : RegularLanguage
{
    private readonly string host;
    private readonly string? port;
    private IAutomaton? automaton;

    /// <summary>The language of a host.</summary>
    /// <param name="host">The host in lower case, ASCII, without trailing dot and port.</param>
    /// <param name="port">The digits of the only port, or null for any port or none.</param>
    public HostLanguage(string host, string? port)
    {
        this.host = host;
        this.port = port;
        LiteralPrefix = host.Substring(0, LengthWithoutCase(host));
        LiteralSuffix = port is null ? string.Empty : ":" + port;
    }

    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix { get; }

    /// <inheritdoc/>
    public override string LiteralSuffix { get; }

    /// <inheritdoc/>
    internal override IAutomaton Automaton => automaton ??= new HostAutomaton(host, port);

    /// <summary>
    /// <paramref name="text"/> in lower case as <c>(?i)</c> folds ASCII letters, its trailing dot taken off, and the
    /// port it ends with (<c>:digits</c>) apart; the port is empty when there is none.
    /// </summary>
    public static (string Host, string Port) Split(string text)
    {
        var end = LengthWithoutPort(text);
        var port = text.Substring(end);
        if (end > 1 && text[end - 1] == '.')
        {
            end--;
        }

        return (Fold(text.Substring(0, end)), port);
    }

    /// <summary>The length of <paramref name="text"/> without the port it ends with, if it does.</summary>
    public static int LengthWithoutPort(string text)
    {
        var start = text.Length;
        while (start > 0 && text[start - 1] is >= '0' and <= '9')
        {
            start--;
        }

        return start < text.Length && start > 0 && text[start - 1] == ':' ? start - 1 : text.Length;
    }

    /// <summary>Lower case as far as an ASCII letter has another: the Kelvin sign is a k, the long s an s (Go's <c>(?i)</c>).</summary>
    public static string Fold(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Fold(text[i]) != text[i])
            {
                var folded = text.ToCharArray();
                for (; i < folded.Length; i++)
                {
                    folded[i] = Fold(folded[i]);
                }

                return new string(folded);
            }
        }

        return text;
    }

    /// <inheritdoc/>
    public override bool TryGetHost(out string text)
    {
        text = host + LiteralSuffix;
        return true;
    }

    /// <summary>How this language stands to the one of another host.</summary>
    public Relation RelateHost(HostLanguage other)
    {
        if (!string.Equals(host, other.host, StringComparison.Ordinal))
        {
            return Relation.Disjoint;
        }

        return string.Equals(port, other.port, StringComparison.Ordinal) ? Relation.Equal
            : port is null ? Relation.Contains
            : other.port is null ? Relation.Inside
            : Relation.Disjoint;
    }

    /// <inheritdoc/>
    public override bool Matches(string text)
    {
        if (text.Length < host.Length)
        {
            return false;
        }

        for (var i = 0; i < host.Length; i++)
        {
            if (Fold(text[i]) != host[i])
            {
                return false;
            }
        }

        var rest = host.Length;
        rest += rest < text.Length && text[rest] == '.' ? 1 : 0;
        if (port is not null)
        {
            return string.CompareOrdinal(text, rest, LiteralSuffix, 0, Math.Max(text.Length - rest, LiteralSuffix.Length)) == 0;
        }

        return rest == text.Length || (text[rest] == ':' && LengthWithoutPort(text) == rest);
    }

    /// <inheritdoc/>
    public override void ReleaseAutomaton() => automaton = null;

    /// <inheritdoc/>
    public override string ToString() => "host " + host + LiteralSuffix;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other is HostLanguage theirs && RelateHost(theirs) == Relation.Equal;

    private static char Fold(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c + ('a' - 'A')),
        '\u212A' => 'k',
        '\u017F' => 's',
        _ => c,
    };

    private static int LengthWithoutCase(string text)
    {
        var length = 0;
        while (length < text.Length && text[length] is < 'a' or > 'z')
        {
            length++;
        }

        return length;
    }
}
