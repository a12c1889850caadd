using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Builds the automaton of an expression, from its end to its beginning.</summary>
internal sealed class NfaBuilder
{
    // For so few distinct sets, a linear search is faster than a look-up.
    private const int Few = 32;

    // One for each thread. Its lists would otherwise be most of the garbage of an automaton.
    [ThreadStatic]
    private static NfaBuilder? shared;

    private readonly List<NfaStep> steps = new();
    private readonly List<int> next = new();
    private readonly List<int> other = new();
    private readonly List<CodePointSet> sets = new();
    private Dictionary<CodePointSet, int>? setIndex;
    private CodePointSet universe = CodePointSet.Universe;
    private int maxStates;
    private int work;

    private NfaBuilder()
    {
    }

    private bool IsFull => steps.Count > maxStates || work > 8 * maxStates;

    /// <summary>
    /// The automaton of the texts over <paramref name="universe"/> in which <paramref name="root"/> matches anywhere,
    /// or null when it has more than <paramref name="maxStates"/> states.
    /// </summary>
    public static Nfa? Build(Re2Node root, int maxStates, CodePointSet universe)
    {
        if (root.Size > 4L * maxStates)
        {
            return null;
        }

        var builder = shared ??= new NfaBuilder();
        builder.Reset(maxStates, universe);
        var accept = builder.Add(NfaStep.AcceptAll, -1, -1);
        var start = builder.BuildNode(root, accept);
        if (!Re2Anchors.AtBegin(root))
        {
            var loop = builder.Add(NfaStep.Split, -1, start);
            builder.next[loop] = builder.Add(NfaStep.Read, loop, builder.SetIndex(universe));
            start = loop;
        }

        return builder.IsFull ? null : builder.Finish(start);
    }

    private void Reset(int maxStates, CodePointSet universe)
    {
        this.maxStates = maxStates;
        this.universe = universe;
        steps.Clear();
        next.Clear();
        other.Clear();
        sets.Clear();
        setIndex = null;
        work = 0;
    }

    private Nfa Finish(int start) =>
        new(steps.ToArray(), next.ToArray(), other.ToArray(), sets.ToArray(), start, universe.Contains(0));

    private int Add(NfaStep step, int next, int other)
    {
        steps.Add(step);
        this.next.Add(next);
        this.other.Add(other);
        return steps.Count - 1;
    }

    private int SetIndex(CodePointSet set)
    {
        if (sets.Count < Few)
        {
            for (var i = 0; i < sets.Count; i++)
            {
                if (ReferenceEquals(sets[i], set) || sets[i].Equals(set))
                {
                    return i;
                }
            }

            sets.Add(set);
            return sets.Count - 1;
        }

        if (setIndex is null)
        {
            setIndex = new Dictionary<CodePointSet, int>();
            for (var i = 0; i < sets.Count; i++)
            {
                setIndex.Add(sets[i], i);
            }
        }

        if (!setIndex.TryGetValue(set, out var index))
        {
            index = sets.Count;
            sets.Add(set);
            setIndex.Add(set, index);
        }

        return index;
    }

    // The state that matches the node and then continues at next. The tree has at most 1,000 levels.
    private int BuildNode(Re2Node node, int next)
    {
        work++;
        if (IsFull)
        {
            return next;
        }

        switch (node)
        {
            case Re2Literal literal:
                return BuildLiteral(literal, next);
            case Re2Class one:
                return BuildRead(one.Set, next);
            case Re2Assertion assertion:
                return Add(NfaStep.Assert, next, (int)assertion.Kind);
            case Re2Capture capture:
                return BuildNode(capture.Body, next);
            case Re2Concat concat:
                for (var i = concat.Parts.Length - 1; i >= 0; i--)
                {
                    next = BuildNode(concat.Parts[i], next);
                }

                return next;
            case Re2Alternate alternate:
                var entry = BuildNode(alternate.Choices[alternate.Choices.Length - 1], next);
                for (var i = alternate.Choices.Length - 2; i >= 0; i--)
                {
                    entry = Add(NfaStep.Split, BuildNode(alternate.Choices[i], next), entry);
                }

                return entry;
            case Re2Repeat repeat:
                return BuildRepeat(repeat, next);
            default:
                return BuildRead(CodePointSet.Empty, next);
        }
    }

    private int BuildLiteral(Re2Literal literal, int next)
    {
        for (var i = literal.Text.Length - 1; i >= 0; i--)
        {
            i -= char.IsLowSurrogate(literal.Text[i]) ? 1 : 0;
            var codePoint = char.ConvertToUtf32(literal.Text, i);
            next = BuildRead(
                literal.FoldsCase ? CaseFolding.Shared.Orbit(codePoint) : CodePointSet.Create(codePoint), next);
        }

        return next;
    }

    private int BuildRead(CodePointSet set, int next) =>
        Add(NfaStep.Read, next, SetIndex(set.Intersect(universe)));

    private int BuildRepeat(Re2Repeat repeat, int next)
    {
        if (repeat.Max < 0)
        {
            next = BuildLoop(repeat.Body, next, isOptional: repeat.Min == 0);
            return BuildCopies(repeat.Body, repeat.Min - 1, next);
        }

        var exit = next;
        for (var i = repeat.Min; i < repeat.Max && !IsFull; i++)
        {
            next = Add(NfaStep.Split, BuildNode(repeat.Body, next), exit);
        }

        return BuildCopies(repeat.Body, repeat.Min, next);
    }

    private int BuildLoop(Re2Node body, int next, bool isOptional)
    {
        var split = Add(NfaStep.Split, -1, next);
        var entry = BuildNode(body, split);
        this.next[split] = entry;
        return isOptional ? split : entry;
    }

    private int BuildCopies(Re2Node body, int times, int next)
    {
        for (var i = 0; i < times && !IsFull; i++)
        {
            next = BuildNode(body, next);
        }

        return next;
    }
}
