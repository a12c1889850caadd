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

    // Up to this many candidates for a text are found by their ends.
    private const int WorthATree = 16;

    // Up to this many patterns that cannot be walked are compared pair by pair with all others.
    private const int MaxApart = 16;
    private const long BeginningBase = 100_000;
    private const long BeginningPerPattern = 2_000;

    // Beginnings that tell patterns apart do so in far fewer steps. All of them are only spent where the automata give no answer.
    private const long FirstBeginningPerPattern = 100;
    private const long WalkBase = 2_000_000;
    private const long WalkPerPattern = 5_000;
    private const int PairsPerPattern = 64;

    // Most slashes behind which patterns are told apart.
    private const int MaxSlashes = 8;

    // A walk ends in vain where more pairs meet than are kept: with many more candidates, a sample of them is asked first.
    private const int WorthASample = 8 * PairsPerPattern;
    private const int SampleSize = 64;
    private const long SampleSteps = 20_000;

    private readonly IReadOnlyList<RoutePattern> patterns;
    private readonly List<int> apart = new();
    private EndsIndex? ends;
    private BeginningTree? tree;
    private int slashes;
    private bool hasTriedTree;
    private long fittingSteps;
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

    /// <summary>Adds the indexes of the patterns that may match a text.</summary>
    public void FindMatching(string text, List<int> found)
    {
        if (patterns.Count == 0 || Ends.TryFindMeeting(text, text, WorthATree, found))
        {
            return;
        }

        var first = found.Count;
        if (GetTree() is not { } known || !known.TryFindFitting(text, GetStart(text), found, ref fittingSteps))
        {
            found.RemoveRange(first, found.Count - first);
            Ends.FindMeeting(text, text, found);
            return;
        }

        var kept = first;
        for (var i = first; i < found.Count; i++)
        {
            var pattern = patterns[found[i]];
            if (HasEndsFor(pattern, text, text)
                && (pattern.Language is not ExpressionLanguage { UsesUnanalyzableFeature: false } language || language.Beginning.Admits(text)))
            {
                found[kept++] = found[i];
            }
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    // Behind the slashes of the tree. A text with fewer of them only fits a beginning that is not known.
    private int GetStart(string text)
    {
        var at = 0;
        for (var left = slashes; left > 0; left--)
        {
            at = text.IndexOf('/', at) + 1;
            if (at == 0)
            {
                return text.Length;
            }
        }

        return at;
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
            Ends.FindMeetingAt(index, found);
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

    private static bool CanMeet(RoutePattern one, RoutePattern other) => HasEndsFor(one, other.BeginsWith, other.EndsWith);

    private static bool HasEndsFor(RoutePattern pattern, string beginsWith, string endsWith) =>
        AffixIndex.AreCompatible(pattern.BeginsWith, beginsWith) && HaveCompatibleEndings(pattern.EndsWith, endsWith);

    private static bool HaveCompatibleEndings(string one, string other) =>
        one.EndsWith(other, StringComparison.Ordinal) || other.EndsWith(one, StringComparison.Ordinal);

    private Dictionary<int, List<int>>? Walk()
    {
        long candidates = 0;
        for (var i = 0; i < patterns.Count; i++)
        {
            candidates += Ends.CountAtMost(i) - 1;
        }

        if (candidates <= (long)WorthAWalk * patterns.Count)
        {
            return null;
        }

        return FindByBeginnings(FirstBeginningPerPattern) ?? FindByAutomata(candidates) ?? FindByBeginnings(BeginningPerPattern);
    }

    private Dictionary<int, List<int>>? FindByAutomata(long candidates)
    {
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

        return GetPartners(pairs, index => walked[index]);
    }

    // A tree of how the texts of each pattern go on after the slashes behind which most of them differ.
    private BeginningTree? GetTree()
    {
        if (!hasTriedTree)
        {
            hasTriedTree = true;
            var beginnings = new LanguageBeginning[patterns.Count];
            for (var i = 0; i < beginnings.Length; i++)
            {
                beginnings[i] = patterns[i].Language is ExpressionLanguage { UsesUnanalyzableFeature: false } language
                    ? language.Beginning
                    : LanguageBeginning.Open(patterns[i].BeginsWith);
            }

            fittingSteps = GetMaxSteps(BeginningPerPattern);
            slashes = FindDistinctive(beginnings);
            tree = BeginningTree.Create(Array.ConvertAll(beginnings, beginning => beginning.GetAfter(slashes)), GetMaxSteps(BeginningPerPattern));
        }

        return tree;
    }

    private long GetMaxSteps(long perPattern) => BeginningBase + (perPattern * patterns.Count);

    // Null where the beginnings leave so many candidates that an automaton of each pattern is worth its cost.
    private Dictionary<int, List<int>>? FindByBeginnings(long stepsPerPattern) =>
        GetTree() is { } known && BeginningMeetings.Find(known, CanMeet, GetMaxSteps(stepsPerPattern) - known.Steps, WorthAWalk * patterns.Count) is { } pairs
            ? GetPartners(pairs, static index => index)
            : null;

    // The number of slashes after which most of the texts differ.
    private static int FindDistinctive(LanguageBeginning[] beginnings)
    {
        var (best, most) = (0, 0);
        var seen = new HashSet<int>();
        for (var slashes = 0; slashes <= MaxSlashes && most * 2 < beginnings.Length; slashes++)
        {
            seen.Clear();
            foreach (var beginning in beginnings)
            {
                seen.Add(TextPool.GetHash(beginning.GetLiteralAfter(slashes)));
            }

            if (seen.Count > most)
            {
                (best, most) = (slashes, seen.Count);
            }
        }

        return best;
    }

    private bool CanMeet(int one, int other) => CanMeet(patterns[one], patterns[other]);

    private static Dictionary<int, List<int>> GetPartners(IEnumerable<long> pairs, Func<int, int> getIndex)
    {
        var partners = new Dictionary<int, List<int>>();
        foreach (var pair in pairs)
        {
            var (one, other) = (getIndex((int)(pair >> 32)), getIndex((int)pair));
            Add(partners, one, other);
            Add(partners, other, one);
        }

        return partners;
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
            Ends.FindMeetingAt(index, others);
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
