using LightningOps.Compile;

namespace LightningOps.Gateway;

/// <summary>The route the checks go to: the first rule that sells, with a request that it matches.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Host">A Host header the rule matches.</param>
/// <param name="Path">A path the rule and no earlier one matches.</param>
public sealed record ProbeRoute(CompiledRule Rule, string Host, string Path);
