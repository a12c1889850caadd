using System.Diagnostics.CodeAnalysis;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// An expression that Go's <c>regexp.Compile</c> accepts. Aperture matches a request's host and path with such
/// expressions anywhere in the text unless they are anchored.
/// </summary>
internal sealed class Re2Expression
{
    internal Re2Expression(string pattern, Re2Node root, string? unanalyzableReason, bool matchesMore, string? scriptOfSeveralWords)
    {
        Pattern = pattern;
        Root = root;
        UnanalyzableReason = unanalyzableReason;
        TreeMatchesMore = matchesMore;
        ScriptOfSeveralWords = scriptOfSeveralWords;
    }

    /// <summary>The text as given.</summary>
    public string Pattern { get; }

    /// <summary>
    /// True when the syntax alone makes every match begin at the start of the text and end at its end: <c>^a$</c> and
    /// <c>^(?:a|b)$</c>, but not <c>^a|b$</c>.
    /// </summary>
    public bool IsAnchoredAtBothEnds => Re2Anchors.AtBegin(Root) && Re2Anchors.AtEnd(Root);

    /// <summary>
    /// True when it has word boundaries, multi-line anchors or an escaped surrogate, which automata here do not model.
    /// </summary>
    public bool UsesUnanalyzableFeature => UnanalyzableReason is not null;

    /// <summary>The first of these features, e.g. <c>word boundary \b</c>; null when there is none.</summary>
    public string? UnanalyzableReason { get; }

    /// <summary>The first script class of several words (<c>\p{Old_Italic}</c>), which Go 1.26 refuses; null when none.</summary>
    public string? ScriptOfSeveralWords { get; }

    /// <summary>True when its tree may match more than Go does: it has an escaped surrogate, <c>\x{D800}</c>.</summary>
    internal bool TreeMatchesMore { get; }

    /// <summary>The syntax tree.</summary>
    internal Re2Node Root { get; }

    /// <summary>
    /// Parses <paramref name="pattern"/> like Go's <c>regexp.Compile</c> (Perl flags). It accepts any text and never
    /// throws.
    /// </summary>
    /// <returns>True with <paramref name="expression"/>, or false with <paramref name="error"/>.</returns>
    public static bool TryParse(
        string pattern,
        [NotNullWhen(true)] out Re2Expression? expression,
        [NotNullWhen(false)] out Re2SyntaxError? error) =>
        Re2Parser.Shared.TryParse(pattern, out expression, out error);

    /// <summary>This expression for whole texts, <c>^(?:…)$</c>; null where that exceeds the limits of an expression.</summary>
    public Re2Expression? ForWholeTexts()
    {
        var inner = Root is Re2Concat concat ? concat.Parts : new[] { Root };
        var parts = new Re2Node[inner.Length + 2];
        parts[0] = Re2Assertion.Get(Re2AssertionKind.BeginText);
        inner.CopyTo(parts, 1);
        parts[parts.Length - 1] = Re2Assertion.Get(Re2AssertionKind.EndText);
        var root = new Re2Concat(parts);
        return Re2TreeBuilder.IsWithinLimits(root) ? new Re2Expression("^(?:" + Pattern + ")$", root, UnanalyzableReason, TreeMatchesMore, ScriptOfSeveralWords) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Pattern;
}

/// <summary>Why Go's <c>regexp.Compile</c> would refuse an expression.</summary>
/// <param name="Message">Go's wording without its "error parsing regexp: ", e.g. <c>missing closing ]: `[a-z`</c>.</param>
/// <param name="Position">Start of the offending text: a 0-based UTF-16 index into the expression.</param>
/// <param name="Fragment">The text Go quotes; the whole expression if Go quotes the whole.</param>
internal sealed record Re2SyntaxError(string Message, int Position, string Fragment);

/// <summary>The current flags of an expression, as far as they affect matches.</summary>
internal readonly record struct Re2Flags(bool FoldsCase, bool MultiLine, bool DotMatchesNewline)
{
    /// <summary>These flags with the one named by <paramref name="letter"/> (i, m, s or U) on or off.</summary>
    public Re2Flags With(char letter, bool isOn) => letter switch
    {
        'i' => this with { FoldsCase = isOn },
        'm' => this with { MultiLine = isOn },
        's' => this with { DotMatchesNewline = isOn },
        _ => this,
    };
}
