using System;

namespace LightningOps.Compile.Languages;

/// <summary>Ranges of code points as ranges of UTF-16: of single units, and of pairs.</summary>
internal static class SurrogatePairs
{
    private const int FirstPair = 0x10000;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private const int FirstTrail = 0xDC00;
    private const int LastTrail = 0xDFFF;

    /// <summary>Splits a range; lone surrogates, which no well-formed text has, are left out.</summary>
    /// <param name="low">First code point.</param>
    /// <param name="high">Last code point.</param>
    /// <param name="units">Told each range of single units.</param>
    /// <param name="pairs">Told each range of leading units that goes with a range of trailing ones.</param>
    public static void Split(int low, int high, Action<int, int> units, Action<(int Low, int High), (int Low, int High)> pairs)
    {
        Tell(low, Math.Min(high, FirstSurrogate - 1), units);
        Tell(Math.Max(low, LastSurrogate + 1), Math.Min(high, FirstPair - 1), units);
        if (high >= FirstPair)
        {
            SplitPairs(Math.Max(low, FirstPair), high, pairs);
        }
    }

    private static void SplitPairs(int low, int high, Action<(int Low, int High), (int Low, int High)> pairs)
    {
        var (firstLead, firstTrail) = (Lead(low), Trail(low));
        var (lastLead, lastTrail) = (Lead(high), Trail(high));
        if (firstLead == lastLead)
        {
            pairs((firstLead, firstLead), (firstTrail, lastTrail));
            return;
        }

        if (firstTrail > FirstTrail)
        {
            pairs((firstLead, firstLead), (firstTrail, LastTrail));
            firstLead++;
        }

        if (lastTrail < LastTrail)
        {
            pairs((lastLead, lastLead), (FirstTrail, lastTrail));
            lastLead--;
        }

        if (firstLead <= lastLead)
        {
            pairs((firstLead, lastLead), (FirstTrail, LastTrail));
        }
    }

    private static void Tell(int low, int high, Action<int, int> units)
    {
        if (low <= high)
        {
            units(low, high);
        }
    }

    private static int Lead(int codePoint) => FirstSurrogate + ((codePoint - FirstPair) >> 10);

    private static int Trail(int codePoint) => FirstTrail + ((codePoint - FirstPair) & 0x3FF);
}
