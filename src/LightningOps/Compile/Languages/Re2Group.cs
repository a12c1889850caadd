using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>A group that is being parsed, or the expression itself.</summary>
internal sealed class Re2Group(bool captures, int position, Re2Flags flagsBefore)
{
    private List<int>? _singles;

    /// <summary>True for a capturing group.</summary>
    public bool Captures { get; } = captures;

    /// <summary>Where it began; -1 for the expression itself.</summary>
    public int Position { get; } = position;

    /// <summary>The flags to be in force again after it.</summary>
    public Re2Flags FlagsBefore { get; } = flagsBefore;

    /// <summary>The parts so far of the choice at hand.</summary>
    public List<Re2Node> Parts { get; } = new();

    /// <summary>The choices so far, but for a class still being gathered.</summary>
    public List<Re2Node> Choices { get; } = new();

    /// <summary>
    /// Adds a choice. Neighbouring ones of one code point become one class: <c>a|b|[cd]</c> is <c>[a-d]</c>.
    /// </summary>
    public void Add(Re2Node choice)
    {
        if (SingleSet(choice) is not { } set)
        {
            FlushSingles();
            Choices.Add(choice);
        }
        else if (_singles is not null)
        {
            _singles.AddRange(set.Ranges);
        }
        else if (Choices.Count > 0 && SingleSet(Choices[Choices.Count - 1]) is { } before)
        {
            Choices.RemoveAt(Choices.Count - 1);
            _singles = new List<int>(before.Ranges);
            _singles.AddRange(set.Ranges);
        }
        else
        {
            Choices.Add(choice);
        }
    }

    /// <summary>Adds the class that was being gathered.</summary>
    public void FlushSingles()
    {
        if (_singles is not null)
        {
            Choices.Add(new Re2Class(CodePointSet.FromUnordered(_singles)));
            _singles = null;
        }
    }

    // The set of a choice that is one code point, or null.
    private static CodePointSet? SingleSet(Re2Node node) => node switch
    {
        Re2Class one => one.Set,
        Re2Literal { CodePoints: 1 } literal => literal.FoldsCase
            ? CaseFolding.Shared.Orbit(char.ConvertToUtf32(literal.Text, 0))
            : CodePointSet.Of(char.ConvertToUtf32(literal.Text, 0)),
        _ => null,
    };
}
