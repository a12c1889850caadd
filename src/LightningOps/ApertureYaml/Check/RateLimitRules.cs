using System;
using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Rate limits of one service (Aperture proxy/service.go, proxy/ratelimiter.go).</summary>
internal sealed class RateLimitRules(ConfigFindings findings, ExpressionRules expressions)
{
    public void Check(Section service)
    {
        var limits = service.Sections("ratelimits");
        if (limits.Count == 0)
        {
            return;
        }

        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < limits.Count; i++)
        {
            if (limits[i] is { IsUnreadable: true })
            {
                continue;
            }

            if (limits[i] is { } limit)
            {
                CheckLimit(limit);
                CheckShared(limit, lineOf);
            }
            else
            {
                findings.Error("ratelimit_empty", "an empty item crashes Aperture: remove it or set requests and per", service.At("ratelimits"), service.GetPath("ratelimits") + "[" + i.ToString(CultureInfo.InvariantCulture) + "]");
            }
        }
    }

    private void CheckLimit(Section limit)
    {
        expressions.Check(limit.Text("pathregexp"), limit.At("pathregexp"), limit.GetPath("pathregexp"));
        if (limit.Number("requests") <= 0 && !limit.IsBroken("requests"))
        {
            findings.Error("ratelimit_requests_not_positive", "requests must be set and greater than 0", limit.At("requests"), limit.GetPath("requests"));
        }

        if (limit.Duration("per") <= 0 && !limit.IsBroken("per"))
        {
            findings.Error("ratelimit_per_not_positive", "per must be set and longer than 0, for example 1m", limit.At("per"), limit.GetPath("per"));
        }

        if (limit.Number("burst") < 0)
        {
            findings.Warn("ratelimit_burst_negative", "a negative burst refuses every request that it counts (429), paid ones too: write a positive number, or omit it to use the number of requests", limit.At("burst"), limit.GetPath("burst"));
        }
    }

    /// <summary>
    /// The limiter's key is the client and the text of the expression. The first of two equal limits makes the bucket
    /// of both.
    /// </summary>
    private void CheckShared(Section limit, Dictionary<string, int> lineOf)
    {
        var pattern = limit.Text("pathregexp");
        if (lineOf.TryGetValue(pattern, out var line))
        {
            findings.Warn(
                "ratelimit_shared",
                FormattableString.Invariant($"the limit on line {line} has the same pathregexp text and therefore the same bucket, so this limit is lost, and a request takes one more token there: write an equivalent expression, for example in (?:...)"),
                limit.At("pathregexp"),
                limit.GetPath("pathregexp"));
        }
        else
        {
            lineOf.Add(pattern, limit.Position.Line);
        }
    }
}
