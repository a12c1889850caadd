namespace LightningOps.Compile.Languages;

/// <summary>Why Go's <c>regexp.Compile</c> would refuse an expression.</summary>
/// <param name="Message">Go's wording without its "error parsing regexp: ", e.g. <c>missing closing ]: `[a-z`</c>.</param>
/// <param name="Position">Where the offending text begins: a 0-based UTF-16 index into the expression.</param>
/// <param name="Fragment">The text Go quotes; the whole expression where Go quotes the whole.</param>
internal sealed record Re2SyntaxError(string Message, int Position, string Fragment);
