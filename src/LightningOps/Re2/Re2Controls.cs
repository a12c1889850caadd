using System;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Whether an expression explicitly names control characters. They are sent percent-encoded and matched decoded, but
/// are outside <see cref="CodePointSet.Universe" />.
/// </summary>
internal static class Re2Controls
{
    /// <summary>True when some part of the expression matches only control characters.</summary>
    public static bool Occur(Re2Node node) => node switch
    {
        Re2Literal literal => literal.Text.Any(char.IsControl),
        Re2Class one => !one.Set.IsEmpty && one.Set.Intersect(CodePointSet.Universe).IsEmpty,
        Re2Capture capture => Occur(capture.Body),
        Re2Repeat repeat => Occur(repeat.Body),
        Re2Concat concat => Array.Exists(concat.Parts, Occur),
        Re2Alternate alternate => Array.Exists(alternate.Choices, Occur),
        _ => false,
    };
}
