using System;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Tells whether an expression names control characters by themselves. They are sent percent-encoded and matched
/// decoded, but stand outside <see cref="CodePointSet.Universe"/>.
/// </summary>
internal static class Re2Controls
{
    /// <summary>True when some part of the expression matches control characters only.</summary>
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
