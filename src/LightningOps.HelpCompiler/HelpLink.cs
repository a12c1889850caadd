namespace LightningOps.HelpCompiler;

/// <summary>A related link.</summary>
/// <param name="Text">Link text.</param>
/// <param name="Address">Target; empty for a topic of the help itself.</param>
public sealed record HelpLink(string Text, string Address);
