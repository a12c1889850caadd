using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Finds which of many patterns can meet one another: by the beginnings and endings of their strings, and if too many
/// candidates remain, by one walk over all automata.
/// </summary>
internal sealed class GeneralPatterns
{
    // Up to this many candidates per pattern, patterns are compared pair by pair.
    private const int WorthAWalk = 2;

    // Up to this many patterns that cannot be walked are compared pair by pair with all others.
    private const int MaxApart = 16;
    private const long WalkBase = 2_000_000;
    private const long WalkPerPattern = 5_000;
    private const int PairsPerPattern = 64;

    // A walk ends in vain where more pairs meet than are kept: with many more candidates, a sample of them is asked first.
    private const int WorthASample = 8 * PairsPerPattern;
    private const int SampleSize = 64;
    private const long SampleSteps = 20_000;

    private readonly IReadOnlyList<RoutePattern> patterns;
    private readonly List<int> apart = new();
    private EndsIndex? ends;
    private Dictionary<int, List<int>>? partners;
    private bool hasTriedWalk;

    public GeneralPatterns(IReadOnlyList<RoutePattern> patterns) => this.patterns = patterns;

    private EndsIndex Ends
    {
        get
        {
            if (ends is null)
            {
                var all = new (string, string)[patterns.Count];
                for (var i = 0; i < all.Length; i++)
                {
                    all[i] = (patterns[i].BeginsWith, patterns[i].EndsWith);
                }

                ends = new EndsIndex(all);
            }

            return ends;
        }
    }

    /// <summary>Adds the indexes of the patterns whose literal ends fit these.</summary>
    public void FindMeeting(string beginsWith, string endsWith, List<int> found)
    {
        if (patterns.Count > 0)
        {
            Ends.FindMeeting(beginsWith, endsWith, found);
        }
    }

    /// <summary>Adds the indexes of the patterns that may meet the one at this index; possibly its own.</summary>
    public void FindMeeting(int index, List<int> found)
    {
        if (!hasTriedWalk)
        {
            hasTriedWalk = true;
            partners = Walk();
        }

        if (partners is null || apart.Contains(index))
        {
            FindMeeting(patterns[index].BeginsWith, patterns[index].EndsWith, found);
            return;
        }

        if (partners.TryGetValue(index, out var others))
        {
            found.AddRange(others);
        }

        foreach (var other in apart)
        {
            if (CanMeet(patterns[index], patterns[other]))
            {
                found.Add(other);
            }
        }
    }

    private static bool CanMeet(RoutePattern one, RoutePattern other) =>
        AffixIndex.AreCompatible(one.BeginsWith, other.BeginsWith)
        && (one.EndsWith.EndsWith(other.EndsWith, StringComparison.Ordinal) || other.EndsWith.EndsWith(one.EndsWith, StringComparison.Ordinal));

    private Dictionary<int, List<int>>? Walk()
    {
        long candidates = 0;
        foreach (var pattern in patterns)
        {
            candidates += Ends.CountAtMost(pattern.BeginsWith, pattern.EndsWith) - 1;
        }

        if (candidates <= (long)WorthAWalk * patterns.Count)
        {
            return null;
        }

        var walked = new List<int>();
        var automata = new List<Nfa>();
        var made = CreateAutomata();
        for (var i = 0; i < patterns.Count; i++)
        {
            if (made[i] is { } automaton)
            {
                walked.Add(i);
                automata.Add(automaton);
            }
            else
            {
                apart.Add(i);
            }
        }

        if (apart.Count > MaxApart
            || (candidates / 2 > (long)WorthASample * patterns.Count && MostMeet(made))
            || MeetingWalk.Find(automata, WalkBase + (WalkPerPattern * walked.Count), PairsPerPattern * walked.Count) is not { } pairs)
        {
            return null;
        }

        var meetings = new Dictionary<int, List<int>>();
        foreach (var pair in pairs)
        {
            var (one, other) = (walked[(int)(pair >> 32)], walked[(int)pair]);
            Add(meetings, one, other);
            Add(meetings, other, one);
        }

        return meetings;
    }

    // True when at least half of the pairs of candidates in a sample, the same one each time, may meet.
    private bool MostMeet(Nfa?[] automata)
    {
        var meeting = 0;
        var others = new List<int>();
        for (var sample = 0; sample < SampleSize; sample++)
        {
            var index = (int)((long)sample * patterns.Count / SampleSize);
            others.Clear();
            FindMeeting(patterns[index].BeginsWith, patterns[index].EndsWith, others);
            var other = others[(int)((sample * 0x9E3779B1L) % others.Count)];
            if (index != other && automata[index] is { } automaton && automata[other] is { } otherAutomaton
                && MeetingWalk.Find([automaton, otherAutomaton], SampleSteps, maxPairs: 1) is not { Count: 0 })
            {
                meeting++;
            }
        }

        return meeting * 2 >= SampleSize;
    }

    // The automaton of one expression uses no budget, so that the number of threads cannot change decisions.
    private Nfa?[] CreateAutomata()
    {
        var made = new Nfa?[patterns.Count];
        Parallel.ForEach(Partitioner.Create(0, made.Length), range =>
        {
            for (var i = range.Item1; i < range.Item2; i++)
            {
                made[i] = patterns[i].Language is ExpressionLanguage { UsesUnanalyzableFeature: false } language ? language.CreateNfa() : null;
            }
        });
        return made;
    }

    private static void Add(Dictionary<int, List<int>> meetings, int index, int other)
    {
        if (!meetings.TryGetValue(index, out var others))
        {
            meetings.Add(index, others = new List<int>(1));
        }

        others.Add(other);
    }
}
