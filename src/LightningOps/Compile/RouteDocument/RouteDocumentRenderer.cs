using System;
using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.Compile.RouteDocument;

/// <summary>
/// Writes the older service's <c>version: 1</c> document, byte for byte; a scalar that would not parse back to its
/// text is quoted, which the older service did not do.
/// </summary>
internal static class RouteDocumentRenderer
{
    private const int TypicalRuleBytes = 320;

    public static ReadOnlyMemory<byte> Render(IReadOnlyList<CompiledRule> rules)
    {
        var text = new Utf8Text(rules.Count * TypicalRuleBytes);
        text.Append("version: 1\nroutes:\n"u8);
        foreach (var rule in rules)
        {
            text.Append("  - id: "u8).Append(YamlScalar.Of(rule.RuleId))
                .Append("\n    match:\n      host: "u8).Append(YamlScalar.Of(rule.Host))
                .Append("\n      path: "u8).Append(YamlScalar.Of(rule.Path))
                .Append("\n    upstream:\n      url: "u8).Append(YamlScalar.Of(rule.UpstreamUrl))
                .Append("\n      protocol: "u8).Append(rule.Protocol == RouteProtocol.Https ? "https"u8 : "http"u8)
                .Append("\n      timeout_ms: "u8).Append(rule.TimeoutMs)
                .Append("\n    auth:\n      type: l402\n      paywall_id: "u8).Append(YamlScalar.Of(rule.PaywallId))
                .Append("\n    pricing:\n      mode: fixed_msats\n      amount_msats: "u8).Append(rule.AmountMsats.Value)
                .Append("\n"u8);
        }

        return text.Written;
    }
}
