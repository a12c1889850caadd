namespace LightningOps.HelpCompiler;

/// <summary>A related link.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Address">Where it leads; empty for a topic of the help itself.</param>
public sealed record HelpLink(string Text, string Address);
