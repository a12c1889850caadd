using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The automaton of <c>(?i)host\.?(:[0-9]+)?</c>, or with one port in place of any: its states are how many
/// characters of the host were read, then "after the dot", "after the colon" and the places in the port.
/// </summary>
internal sealed class HostAutomaton : IAutomaton
{
    private readonly int[] _host;
    private readonly int[]? _port;
    private readonly int _colon;
    private readonly int _dot;
    private readonly bool[] _isDigit;

    /// <summary>The automaton of an ASCII host in lower case.</summary>
    public HostAutomaton(string host, string? port)
    {
        var digits = CodePointSet.Of('0', '9');
        var sets = new HashSet<CodePointSet> { digits, CodePointSet.Of(':'), CodePointSet.Of('.') };
        foreach (var c in host + port)
        {
            sets.Add(CaseFolding.Shared.Orbit(c));
        }

        Alphabet = Alphabet.Of(new List<CodePointSet>(sets));
        _host = ClassesOf(host);
        _port = port is null ? null : ClassesOf(port);
        _colon = Alphabet.ClassOf(':');
        _dot = Alphabet.ClassOf('.');
        _isDigit = new bool[Alphabet.Count];
        foreach (var symbol in Alphabet.ClassesIn(digits))
        {
            _isDigit[symbol] = true;
        }
    }

    /// <inheritdoc/>
    public Alphabet Alphabet { get; }

    /// <inheritdoc/>
    public int Start => 0;

    private int AfterDot => _host.Length + 1;

    private int AfterColon => _host.Length + 2;

    /// <inheritdoc/>
    public int Step(int state, int symbol)
    {
        if (state < _host.Length)
        {
            return symbol == _host[state] ? state + 1 : Dfa.Dead;
        }

        if (state <= AfterDot)
        {
            return symbol == _colon ? AfterColon
                : symbol == _dot && state < AfterDot ? AfterDot
                : Dfa.Dead;
        }

        if (_port is null)
        {
            return _isDigit[symbol] ? AfterColon + 1 : Dfa.Dead;
        }

        var read = state - AfterColon;
        return read < _port.Length && symbol == _port[read] ? state + 1 : Dfa.Dead;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => _port is null
        ? state == _host.Length || state == AfterDot || state > AfterColon
        : state == AfterColon + _port.Length;

    /// <inheritdoc/>
    public bool IsUniversal(int state) => false;

    private int[] ClassesOf(string text)
    {
        var classes = new int[text.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = Alphabet.ClassOf(text[i]);
        }

        return classes;
    }
}
