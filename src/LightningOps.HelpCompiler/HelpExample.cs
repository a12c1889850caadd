using System.Collections.Generic;

namespace LightningOps.HelpCompiler;

/// <summary>An example of a page.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Code">The commands.</param>
/// <param name="Remarks">What they do, and what they print.</param>
/// <param name="ExpectedError">Error id with which the commands must end, from <c>&lt;!-- error: Id --&gt;</c> above them; null for none.</param>
public sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks, string? ExpectedError);
