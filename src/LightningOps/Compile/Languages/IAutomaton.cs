namespace LightningOps.Compile.Languages;

/// <summary>
/// A deterministic automaton one can walk. From every state some text is accepted; <see cref="Dfa.Dead"/> stands for
/// the place from which none is.
/// </summary>
internal interface IAutomaton
{
    /// <summary>The classes it reads.</summary>
    Alphabet Alphabet { get; }

    /// <summary>The first state; <see cref="Dfa.Dead"/> when nothing is accepted.</summary>
    int Start { get; }

    /// <summary>The state after reading one code point of class <paramref name="symbol"/>.</summary>
    int Step(int state, int symbol);

    /// <summary>True when the text read so far is accepted.</summary>
    bool IsAccepting(int state);

    /// <summary>True when whatever follows is accepted.</summary>
    bool IsUniversal(int state);
}
