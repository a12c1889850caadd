using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// The services of a file that are not written one by one, for example in brackets. A close writes them out and keeps the block as a
/// comment; when the last of them is reopened, the block is put back to the byte if it means the same.
/// </summary>
internal static class KeptBlock
{
    /// <summary>A closed file with the block that it was made of.</summary>
    /// <param name="closed">The closed file.</param>
    /// <param name="before">The file before.</param>
    /// <param name="cause">Why its services are closed.</param>
    public static LiveFile Add(LiveFile closed, LiveFile before, string cause)
    {
        var text = before.Unmarked;
        var place = new ServicesLocator(text).Locate();
        var items = ServiceItems.Find(closed.Unmarked)!;
        var lineEnd = ServicesSplice.GetLineEnding(text);
        var comment = KeptText.KeepBlock(text.Substring(place.Start, place.End - place.Start), lineEnd, cause);
        var kept = LiveFile.FromBytes(closed.WithText(items.With(items.Texts.Select((item, number) => number == 0 ? comment + item : item), lineEnd)));
        return MeansTheSame(kept, closed) ? kept : closed;
    }

    /// <summary>Takes the block from services that are written; null where none is kept, or one of them is still closed for the cause.</summary>
    /// <param name="texts">The texts of the services before; the block stands before the first.</param>
    /// <param name="reopened">The texts to be written; the block is removed from them.</param>
    /// <param name="cause">The cause that is over.</param>
    public static string? Take(IReadOnlyList<string> texts, List<string> reopened, string cause)
    {
        string? block = null;
        if (texts.Count == 0 || reopened.Any(text => KeptText.Find(text, cause) is not null))
        {
            return null;
        }

        KeptText.TakeBlock(texts[0], cause, out block);
        for (var place = 0; block is not null && place < reopened.Count; place++)
        {
            reopened[place] = KeptText.TakeBlock(reopened[place], cause, out _);
        }

        return block;
    }

    /// <summary>The reopened file with the block in the place of its services; the file itself where that does not mean the same.</summary>
    /// <param name="reopened">The reopened file.</param>
    /// <param name="block">The block, or null.</param>
    public static LiveFile PutBack(LiveFile reopened, string? block)
    {
        if (block is null)
        {
            return reopened;
        }

        try
        {
            var text = reopened.Unmarked;
            var place = new ServicesLocator(text).Locate();
            var put = LiveFile.FromBytes(reopened.WithText(text.Substring(0, place.Start) + block + text.Substring(place.End)));
            return MeansTheSame(put, reopened) ? put : reopened;
        }
        catch (ApertureConfigFormatException)
        {
            return reopened;
        }
    }

    private static bool MeansTheSame(LiveFile one, LiveFile other) =>
        one.Services.Count == other.Services.Count
        && !one.Services.Where((service, place) => service.Name != other.Services[place].Name || MemberChanges.Between(service, other.Services[place]).Count > 0).Any()
        && GetFingerprint(one) == GetFingerprint(other);

    private static ulong GetFingerprint(LiveFile file)
    {
        var locator = new ServicesLocator(file.Unmarked);
        locator.Locate();
        return locator.Others;
    }
}
