using System;
using System.Linq;

namespace LightningOps.Compile.Languages;

/// <summary>Tells from the syntax whether a part of an expression may match without reading anything.</summary>
internal static class Re2Emptiness
{
    /// <summary>How a part stands to the empty text.</summary>
    public static Emptiness Of(Re2Node node) => node switch
    {
        Re2Literal literal => literal.CodePoints == 0 ? Emptiness.Always : Emptiness.Never,
        Re2Class or Re2NoMatch => Emptiness.Never,
        Re2Capture capture => Of(capture.Body),
        Re2Repeat repeat => repeat.Min == 0 ? Emptiness.Always : Of(repeat.Body),
        Re2Concat concat => (Emptiness)concat.Parts.Min(static part => (int)Of(part)),
        Re2Alternate alternate => (Emptiness)alternate.Choices.Max(static choice => (int)Of(choice)),
        _ => Emptiness.OnCondition,
    };
}
