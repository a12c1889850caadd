using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Finds the patterns that can meet a given one by the beginnings and endings of their strings. Two languages can
/// only meet when one beginning is a prefix of the other and one ending a suffix of the other. The index with fewer
/// candidates is walked, so that patterns that differ at either end are never paired.
/// </summary>
internal sealed class EndsIndex
{
    // With so few candidates by beginning, the endings need not be checked.
    private const int Few = 4;

    // Fewer patterns than this are indexed on one thread.
    private const int WorthAThread = 1_000;

    private readonly AffixIndex beginnings;
    private readonly AffixIndex endings;

    public EndsIndex(IReadOnlyList<(string BeginsWith, string EndsWith)> patterns)
    {
        var begin = new string[patterns.Count];
        var end = new string[patterns.Count];
        for (var i = 0; i < begin.Length; i++)
        {
            begin[i] = patterns[i].BeginsWith;
            end[i] = Reversed(patterns[i].EndsWith);
        }

        if (begin.Length < WorthAThread)
        {
            beginnings = new AffixIndex(begin);
            endings = new AffixIndex(end);
            return;
        }

        var other = Task.Run(() => new AffixIndex(end));
        beginnings = new AffixIndex(begin);
        endings = other.GetAwaiter().GetResult();
    }

    /// <summary>Adds the places of the patterns that can meet a string or a language with these ends, in no order.</summary>
    public void FindMeeting(string beginsWith, string endsWith, List<int> found) => TryFindMeeting(beginsWith, endsWith, int.MaxValue, found);

    /// <summary>The same, unless more candidates than <paramref name="most"/> would be walked; then false, and none is added.</summary>
    public bool TryFindMeeting(string beginsWith, string endsWith, int most, List<int> found)
    {
        var first = found.Count;
        var tail = Reversed(endsWith);
        var byBeginning = beginnings.Count(beginsWith);
        if (byBeginning <= Few || endings.Count(tail) is var byEnding && byBeginning <= byEnding)
        {
            if (byBeginning > most)
            {
                return false;
            }

            beginnings.Collect(beginsWith, found);
            Keep(found, first, endings, tail);
        }
        else
        {
            if (byEnding > most)
            {
                return false;
            }

            endings.Collect(tail, found);
            Keep(found, first, beginnings, beginsWith);
        }

        return true;
    }

    /// <summary>Adds the places of the patterns that can meet the one at <paramref name="place"/>, itself included, in no order.</summary>
    public void FindMeetingAt(int place, List<int> found)
    {
        var first = found.Count;
        var byBeginning = beginnings.CountAt(place);
        if (byBeginning <= Few || byBeginning <= endings.CountAt(place))
        {
            beginnings.CollectAt(place, found);
            Keep(found, first, endings, endings.Key(place));
        }
        else
        {
            endings.CollectAt(place, found);
            Keep(found, first, beginnings, beginnings.Key(place));
        }
    }

    /// <summary>Number of candidates in the shorter walk: at least as many as can meet the pattern at <paramref name="place"/>.</summary>
    public int CountAtMost(int place)
    {
        var byBeginning = beginnings.CountAt(place);
        return byBeginning <= Few ? byBeginning : Math.Min(byBeginning, endings.CountAt(place));
    }

    private static void Keep(List<int> found, int first, AffixIndex index, string text)
    {
        var kept = first;
        for (var i = first; i < found.Count; i++)
        {
            if (AffixIndex.AreCompatible(index.Key(found[i]), text))
            {
                found[kept++] = found[i];
            }
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    private static string Reversed(string text)
    {
        if (text.Length < 2)
        {
            return text;
        }

        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }
}
