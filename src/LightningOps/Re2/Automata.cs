using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// A deterministic automaton with steps. From every state some text is accepted; <see cref="Dfa.Dead" /> is the state
/// from which none is.
/// </summary>
internal interface IAutomaton
{
    /// <summary>Its classes.</summary>
    Alphabet Alphabet { get; }

    /// <summary>The first state; <see cref="Dfa.Dead"/> when nothing is accepted.</summary>
    int Start { get; }

    /// <summary>The state after reading one code point of class <paramref name="symbol"/>.</summary>
    int Step(int state, int symbol);

    /// <summary>True when the text read so far is accepted.</summary>
    bool IsAccepting(int state);

    /// <summary>True when any continuation is accepted.</summary>
    bool IsUniversal(int state);
}

/// <summary>Functions for one automaton.</summary>
internal static class Automata
{
    /// <summary>True when <paramref name="text"/> is accepted.</summary>
    public static bool Accepts(this IAutomaton automaton, string text)
    {
        var state = automaton.StateAfter(text);
        return state != Dfa.Dead && automaton.IsAccepting(state);
    }

    /// <summary>The state after reading <paramref name="text"/>; dead when no accepted text begins with it.</summary>
    public static int StateAfter(this IAutomaton automaton, string text)
    {
        var state = automaton.Start;
        for (var i = 0; i < text.Length && state != Dfa.Dead; i++)
        {
            var codePoint = CodePoints.At(text, ref i);
            var symbol = codePoint < 0 ? Alphabet.Outside : automaton.Alphabet.GetClass(codePoint);
            state = symbol == Alphabet.Outside ? Dfa.Dead : automaton.Step(state, symbol);
        }

        return state;
    }

    /// <summary>True when exactly one text is accepted.</summary>
    public static bool AcceptsExactlyOne(this IAutomaton automaton)
    {
        var sizes = ClassSizes(automaton.Alphabet);
        var state = automaton.Start;

        // Every state leads to an accepting one, so a single path cannot loop for ever.
        while (state != Dfa.Dead)
        {
            var onward = Dfa.Dead;
            long ways = 0;
            for (var symbol = 0; symbol < sizes.Length; symbol++)
            {
                var next = automaton.Step(state, symbol);
                ways += next == Dfa.Dead ? 0 : sizes[symbol];
                onward = next == Dfa.Dead ? onward : next;
            }

            if (ways == 0)
            {
                return true;
            }

            if (ways > 1 || automaton.IsAccepting(state))
            {
                return false;
            }

            state = onward;
        }

        return false;
    }

    private static long[] ClassSizes(Alphabet alphabet)
    {
        var sizes = new long[alphabet.Count];
        for (var i = 0; i < alphabet.Starts.Length; i++)
        {
            var end = i + 1 < alphabet.Starts.Length ? alphabet.Starts[i + 1] : CodePointSet.MaxCodePoint + 1;
            if (alphabet.Classes[i] != Alphabet.Outside)
            {
                sizes[alphabet.Classes[i]] += end - alphabet.Starts[i];
            }
        }

        return sizes;
    }
}
