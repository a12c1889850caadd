using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Writes the <c>services:</c> of an aperture.yaml (docs/reference/aperture.md#compiled-rule): one fixed shape, LF
/// line ends, no time and no version, so that equal rules give equal bytes.
/// </summary>
internal static class ApertureRenderer
{
    private const int TypicalRuleBytes = 400;

    public static ReadOnlyMemory<byte> Render(IReadOnlyList<CompiledRule> rules)
    {
        var text = new Utf8Text(rules.Count * TypicalRuleBytes);
        var upstreams = new UpstreamTable();
        text.Append(ServicesArtifact.HeaderComment).Append(rules.Count == 0 ? "\nservices: []\n"u8 : "\nservices:\n"u8);
        foreach (var rule in rules)
        {
            text.Append("  - name: "u8).Append(YamlScalar.Format(rule.ServiceName))
                .Append("\n    hostregexp: "u8).AppendQuoted(rule.HostRegexp!)
                .Append("\n    pathregexp: "u8).AppendQuoted(rule.PathRegexp!);
            if (rule.IsClosed)
            {
                // No invoice is made, nothing is reachable, the answer is 502.
                text.Append("\n    address: 127.0.0.1:0\n    protocol: http\n    auth: \"off\"\n"u8);
            }
            else
            {
                AppendOpen(text, rule, upstreams);
            }
        }

        return text.Written;
    }

    private static void AppendOpen(Utf8Text text, CompiledRule rule, UpstreamTable upstreams)
    {
        var upstream = upstreams.Read(rule.UpstreamUrl)
            ?? throw new InvalidOperationException("A rule without a valid upstream URL must not get here.");
        text.Append("\n    address: "u8).Append(YamlScalar.Format(upstream.Address))
            .Append("\n    protocol: "u8).Append(rule.Protocol == RouteProtocol.Https ? "https"u8 : "http"u8)
            .Append("\n    auth: "u8);
        if (rule.Terms?.Freebie is { } count)
        {
            text.Append("\"freebie "u8).Append(count).Append("\""u8);
        }
        else
        {
            text.Append("\"on\""u8);
        }

        text.Append("\n    price: "u8).Append(rule.PriceSats).Append("\n"u8);
        if (rule.Terms is { } terms)
        {
            SaleTermsText.Append(text, terms);
        }

        if (rule.QuotaPerMinute is not null || rule.QuotaPerDay is not null)
        {
            text.Append("    ratelimits:\n"u8);
            if (rule.QuotaPerMinute is { } perMinute)
            {
                AppendLimit(text, rule.PathRegexp!, perMinute, "1m"u8, rule.Terms?.QuotaPerMinuteBurst);
            }

            if (rule.QuotaPerDay is { } perDay)
            {
                // A distinct text, because Aperture shares one bucket between limits of the same text.
                AppendLimit(text, "(?:" + rule.PathRegexp + ")", perDay, "24h"u8, rule.Terms?.QuotaPerDayBurst);
            }
        }

        if (upstream.PathPrefix is { } prefix)
        {
            text.Append("    rewrite:\n      prefix: "u8).Append(YamlScalar.Format(prefix)).Append("\n"u8);
        }
    }

    private static void AppendLimit(Utf8Text text, string pathRegexp, long requests, ReadOnlySpan<byte> per, long? burst)
    {
        text.Append("      - pathregexp: "u8).AppendQuoted(pathRegexp)
            .Append("\n        requests: "u8).Append(requests)
            .Append("\n        per: "u8).Append(per)
            .Append("\n"u8);
        if (burst is { } atOnce)
        {
            text.Append("        burst: "u8).Append(atOnce).Append("\n"u8);
        }
    }
}
