using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Exactly one text.</summary>
internal sealed class LiteralLanguage(string text) : RegularLanguage
{
    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => text;

    /// <inheritdoc/>
    public override string LiteralSuffix => text;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => new TextTrie(new[] { text }, Array.Empty<string>());

    /// <inheritdoc/>
    public override bool TryGetLiteral(out string literal)
    {
        literal = text;
        return true;
    }

    /// <inheritdoc/>
    public override bool Matches(string candidate) => string.Equals(text, candidate, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "literal " + text;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other.TryGetLiteral(out var literal) && Matches(literal);
}

/// <summary>One text followed by anything.</summary>
internal sealed class PrefixLanguage(string prefix) : RegularLanguage
{
    private IAutomaton? automaton;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => prefix;

    /// <inheritdoc/>
    public override string LiteralSuffix => string.Empty;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => automaton ??= new TextTrie(Array.Empty<string>(), new[] { prefix });

    /// <inheritdoc/>
    public override bool TryGetPrefix(out string text)
    {
        text = prefix;
        return true;
    }

    /// <inheritdoc/>
    public override bool Matches(string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && CodePoints.AreVisible(text);

    /// <inheritdoc/>
    public override string ToString() => "prefix " + prefix;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other.TryGetPrefix(out var text) && string.Equals(prefix, text, StringComparison.Ordinal);
}

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
    /// <paramref name="text"/> in lower case as <c>(?i)</c> folds ASCII letters, without its trailing dot, and the
    /// port at its end (<c>:digits</c>) separately; the port is empty when there is none.
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

    /// <summary>The length of <paramref name="text"/> without a port at its end.</summary>
    public static int LengthWithoutPort(string text)
    {
        var start = text.Length;
        while (start > 0 && text[start - 1] is >= '0' and <= '9')
        {
            start--;
        }

        return start < text.Length && start > 0 && text[start - 1] == ':' ? start - 1 : text.Length;
    }

    /// <summary>
    /// Lower case for everything that folds to an ASCII letter: the Kelvin sign is a k, the long s an s (Go's
    /// <c>(?i)</c>).
    /// </summary>
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

    /// <summary>The relation of this language to the language of another host.</summary>
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

/// <summary>The texts an automaton accepts.</summary>
internal sealed class AutomatonLanguage(IAutomaton automaton) : RegularLanguage
{
    /// <inheritdoc/>
    public override string? UnanalyzableReason => null;

    /// <inheritdoc/>
    public override string LiteralPrefix => string.Empty;

    /// <inheritdoc/>
    public override string LiteralSuffix => string.Empty;

    /// <inheritdoc/>
    internal override IAutomaton Automaton => automaton;

    /// <inheritdoc/>
    public override bool Matches(string text) => automaton.Accepts(text);
}

/// <summary>
/// The automaton of <c>(?i)host\.?(:[0-9]+)?</c>, or with one port in place of any. Its states are the number of
/// characters read of the host, then "after the dot", "after the colon" and the positions in the port.
/// </summary>
internal sealed class HostAutomaton : IAutomaton
{
    private readonly int[] host;
    private readonly int[]? port;
    private readonly int colon;
    private readonly int dot;
    private readonly bool[] isDigit;

    /// <summary>The automaton of an ASCII host in lower case.</summary>
    public HostAutomaton(string host, string? port)
    {
        var digits = CodePointSet.Create('0', '9');
        var sets = new HashSet<CodePointSet> { digits, CodePointSet.Create(':'), CodePointSet.Create('.') };
        foreach (var c in host + port)
        {
            sets.Add(CaseFolding.Shared.Orbit(c));
        }

        Alphabet = Alphabet.Create(new List<CodePointSet>(sets));
        this.host = GetClasses(host);
        this.port = port is null ? null : GetClasses(port);
        colon = Alphabet.GetClass(':');
        dot = Alphabet.GetClass('.');
        isDigit = new bool[Alphabet.Count];
        foreach (var symbol in Alphabet.ClassesIn(digits))
        {
            isDigit[symbol] = true;
        }
    }

    /// <inheritdoc/>
    public Alphabet Alphabet { get; }

    /// <inheritdoc/>
    public int Start => 0;

    private int AfterDot => host.Length + 1;

    private int AfterColon => host.Length + 2;

    /// <inheritdoc/>
    public int Step(int state, int symbol)
    {
        if (state < host.Length)
        {
            return symbol == host[state] ? state + 1 : Dfa.Dead;
        }

        if (state <= AfterDot)
        {
            return symbol == colon ? AfterColon
                : symbol == dot && state < AfterDot ? AfterDot
                : Dfa.Dead;
        }

        if (port is null)
        {
            return isDigit[symbol] ? AfterColon + 1 : Dfa.Dead;
        }

        var read = state - AfterColon;
        return read < port.Length && symbol == port[read] ? state + 1 : Dfa.Dead;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => port is null
        ? state == host.Length || state == AfterDot || state > AfterColon
        : state == AfterColon + port.Length;

    /// <inheritdoc/>
    public bool IsUniversal(int state) => false;

    private int[] GetClasses(string text)
    {
        var classes = new int[text.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = Alphabet.GetClass(text[i]);
        }

        return classes;
    }
}
