using System;
using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>
/// A deterministic automaton. From every state some accepted text can be reached; otherwise the only state is <see
/// cref="Dead" />. All states that accept any continuation are one, <see cref="IsUniversal" />.
/// </summary>
internal sealed class Dfa : IAutomaton
{
    /// <summary>The state from which nothing is accepted.</summary>
    public const int Dead = -1;

    private const ushort StoredDead = ushort.MaxValue;

    private readonly ushort[] next;
    private readonly int width;
    private readonly bool[] accepts;
    private readonly int universal;
    private int[]? shortest;
    private bool isCompared;

    private Dfa(Alphabet alphabet, ushort[] next, bool[] accepts, int start, int universal)
    {
        Alphabet = alphabet;
        this.next = next;
        width = alphabet.Count;
        this.accepts = accepts;
        Start = start;
        this.universal = universal;
    }

    /// <inheritdoc/>
    public Alphabet Alphabet { get; }

    /// <inheritdoc/>
    public int Start { get; }

    /// <summary>
    /// Makes an automaton from a table of all transitions (<c>state * alphabet.Count + class</c>, -1 for none).
    /// States that cannot accept any more are dropped, and those that accept everything are merged. At most 65,534
    /// states.
    /// </summary>
    public static Dfa FromTable(Alphabet alphabet, List<int> table, List<bool> accepts, int start)
    {
        var width = alphabet.Count;
        var isLive = Backward(table, accepts.Count, width, state => accepts[state], countDead: false);
        var canReject = Backward(table, accepts.Count, width, state => !accepts[state], countDead: true);
        var numbers = new int[accepts.Count];
        int count = 0, universal = Dead;
        for (var state = 0; state < numbers.Length; state++)
        {
            if (!isLive[state])
            {
                numbers[state] = Dead;
            }
            else if (canReject[state])
            {
                numbers[state] = count++;
            }
            else
            {
                universal = universal == Dead ? count++ : universal;
                numbers[state] = universal;
            }
        }

        var next = new ushort[count * width];
        var kept = new bool[count];
        for (var state = 0; state < numbers.Length; state++)
        {
            if (numbers[state] == Dead)
            {
                continue;
            }

            kept[numbers[state]] = accepts[state];
            for (var symbol = 0; symbol < width; symbol++)
            {
                var target = table[(state * width) + symbol];
                var number = target == Dead ? Dead : numbers[target];
                next[(numbers[state] * width) + symbol] = number == Dead ? StoredDead : (ushort)number;
            }
        }

        return new Dfa(alphabet, next, kept, numbers.Length == 0 ? Dead : numbers[start], universal);
    }

    /// <inheritdoc/>
    public int Step(int state, int symbol)
    {
        var next = this.next[(state * width) + symbol];
        return next == StoredDead ? Dead : next;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => accepts[state];

    /// <inheritdoc/>
    public bool IsUniversal(int state) => state == universal;

    /// <summary>
    /// Notes a comparison with another automaton; true if it was compared before. Then <see cref="ShortestText"/>, which is made
    /// once, is worth its cost.
    /// </summary>
    public bool NoteComparison()
    {
        var wasCompared = isCompared;
        isCompared = true;
        return wasCompared;
    }

    /// <summary>The code points of a shortest accepted text; not to be asked for when nothing is accepted.</summary>
    public int[] ShortestText() => shortest ??= FindShortest();

    /// <summary>The state after reading <paramref name="codePoints"/>; dead when nothing accepted begins with them.</summary>
    public int StateAfter(int[] codePoints)
    {
        var state = Start;
        for (var i = 0; i < codePoints.Length && state != Dead; i++)
        {
            var symbol = Alphabet.GetClass(codePoints[i]);
            state = symbol == Alphabet.Outside ? Dead : Step(state, symbol);
        }

        return state;
    }

    private int[] FindShortest()
    {
        var from = new int[accepts.Length];
        var read = new int[accepts.Length];
        var isReached = new bool[accepts.Length];
        var pending = new Queue<int>();
        var state = Start;
        isReached[state] = true;
        for (; !accepts[state]; state = pending.Dequeue())
        {
            for (var symbol = 0; symbol < Alphabet.Count; symbol++)
            {
                var target = Step(state, symbol);
                if (target != Dead && !isReached[target])
                {
                    isReached[target] = true;
                    (from[target], read[target]) = (state, symbol);
                    pending.Enqueue(target);
                }
            }
        }

        var codePoints = new List<int>();
        for (; state != Start; state = from[state])
        {
            codePoints.Add(Alphabet.GetFirst(read[state]));
        }

        codePoints.Reverse();
        return codePoints.ToArray();
    }

    // The states from which one with the condition (or, if counted, the dead state) is reached.
    private static bool[] Backward(List<int> table, int count, int width, Func<int, bool> holds, bool countDead)
    {
        var first = new int[count + 1];
        foreach (var target in table)
        {
            if (target >= 0)
            {
                first[target + 1]++;
            }
        }

        for (var state = 0; state < count; state++)
        {
            first[state + 1] += first[state];
        }

        var sources = new int[first[count]];
        var fill = (int[])first.Clone();
        var reached = new bool[count];
        var pending = new Stack<int>();
        for (var state = 0; state < count; state++)
        {
            var isGoal = holds(state);
            for (var symbol = 0; symbol < width; symbol++)
            {
                var target = table[(state * width) + symbol];
                if (target >= 0)
                {
                    sources[fill[target]++] = state;
                }

                isGoal |= countDead && target < 0;
            }

            if (isGoal)
            {
                reached[state] = true;
                pending.Push(state);
            }
        }

        while (pending.Count > 0)
        {
            var state = pending.Pop();
            for (var i = first[state]; i < first[state + 1]; i++)
            {
                if (!reached[sources[i]])
                {
                    reached[sources[i]] = true;
                    pending.Push(sources[i]);
                }
            }
        }

        return reached;
    }
}

/// <summary>Compares arrays of integers by their members, so that sets of states can be keys.</summary>
internal sealed class IntSequenceComparer : IEqualityComparer<int[]>
{
    /// <summary>The one instance.</summary>
    public static IntSequenceComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(int[]? x, int[]? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null || x.Length != y.Length)
        {
            return false;
        }

        for (var i = 0; i < x.Length; i++)
        {
            if (x[i] != y[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(int[] obj)
    {
        var hash = 17u;
        foreach (var member in obj)
        {
            hash = unchecked((hash ^ (uint)member) * 0x9E3779B1u);
            hash ^= hash >> 15;
        }

        return unchecked((int)hash);
    }
}
