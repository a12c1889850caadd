using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The automaton of <c>host(:[0-9]+)?</c>: its states are how many code points of the host were read, then "after the
/// colon" and "in the port".
/// </summary>
internal sealed class HostAutomaton : IAutomaton
{
    private readonly int[] _host;
    private readonly int _colon;
    private readonly bool[] _isDigit;

    /// <summary>The automaton of a host whose code points are all in the universe.</summary>
    public HostAutomaton(string host)
    {
        var codePoints = new List<int>();
        var digits = CodePointSet.Of('0', '9');
        var sets = new HashSet<CodePointSet> { digits, CodePointSet.Of(':') };
        for (var i = 0; i < host.Length; i++)
        {
            codePoints.Add(CodePoints.At(host, ref i));
            sets.Add(CodePointSet.Of(codePoints[codePoints.Count - 1]));
        }

        Alphabet = Alphabet.Of(new List<CodePointSet>(sets));
        _host = codePoints.ConvertAll(Alphabet.ClassOf).ToArray();
        _colon = Alphabet.ClassOf(':');
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

    private int AfterColon => _host.Length + 1;

    private int InPort => _host.Length + 2;

    /// <inheritdoc/>
    public int Step(int state, int symbol)
    {
        if (state < _host.Length)
        {
            return symbol == _host[state] ? state + 1 : Dfa.Dead;
        }

        if (state == _host.Length)
        {
            return symbol == _colon ? AfterColon : Dfa.Dead;
        }

        return _isDigit[symbol] ? InPort : Dfa.Dead;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => state == _host.Length || state == InPort;

    /// <inheritdoc/>
    public bool IsUniversal(int state) => false;
}
