using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Re2;

/// <summary>Verdicts and matches of Go's regexp: Vectors/aperture/re2.jsonl, recorded with Go 1.26, and re2-go.jsonl, of random expressions, with Go 1.23.</summary>
public sealed class Re2VectorTests
{
    private static readonly IReadOnlyList<JsonElement> Rows =
        new[] { "aperture/re2.jsonl", "aperture/re2-go.jsonl" }.SelectMany(name => File.ReadLines(Vectors.GetPath(name))).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    // Exceptions: a pattern of bytes that are not UTF-8 is no string here (3 rows, all refused by Go). Script names of several words
    // compile up to Go 1.25 and not with Go 1.26: they are accepted with a warning (script_class_refused).
    [Fact]
    public void An_expression_is_accepted_when_Go_accepts_it()
    {
        foreach (var row in Rows.Where(row => !row.TryGetProperty("patternBase64", out _)))
        {
            var pattern = row.GetProperty("pattern").GetString()!;
            var accepted = Re2Expression.TryParse(pattern, out var expression, out _) && expression.ScriptOfSeveralWords is null;
            Assert.True(row.GetProperty("ok").GetBoolean() == accepted, pattern);
        }
    }

    [Fact]
    public void An_expression_is_refused_with_the_words_of_Go()
    {
        foreach (var row in Rows.Where(row => row.TryGetProperty("error", out _) && !row.TryGetProperty("patternBase64", out _)))
        {
            var pattern = row.GetProperty("pattern").GetString()!;
            if (!Re2Expression.TryParse(pattern, out _, out var error))
            {
                Assert.Equal(row.GetProperty("error").GetString(), "error parsing regexp: " + error.Message);
            }
        }
    }

    // Exceptions: escaped surrogates, and texts with control characters, which the analysis leaves
    // aside: of neither it may say that they do not match.
    [Fact]
    public void The_analysis_matches_what_Go_matches()
    {
        var decided = 0;
        foreach (var (pattern, text, matches) in Matches())
        {
            var language = RegularLanguage.FromExpression(RandomExpressions.Parse(pattern));
            if (CodePoints.AreVisible(text) && (language.MatchesExactly || matches))
            {
                Assert.True(matches == language.Matches(text), pattern + " on " + text);
                decided++;
            }
        }

        Assert.True(decided > 300, decided + " matches were decided");
    }

    // Exception: escaped surrogates, which the gateway on loopback reports and does not serve.
    [Fact]
    public void The_gateway_on_loopback_matches_what_Go_matches()
    {
        foreach (var (pattern, text, matches) in Matches())
        {
            if (TextMatcher.Create(pattern) is { } matcher)
            {
                Assert.True(matches == matcher.IsMatch(text), pattern + " on " + text);
            }
        }
    }

    private static IEnumerable<(string Pattern, string Text, bool Matches)> Matches()
    {
        foreach (var row in Rows.Where(row => row.GetProperty("ok").GetBoolean()))
        {
            var pattern = row.GetProperty("pattern").GetString()!;
            foreach (var match in Members(row, "matches"))
            {
                yield return (pattern, match.Name, match.Value.GetBoolean());
            }

            foreach (var match in Members(row, "matchesBase64"))
            {
                yield return (pattern, AsGoReads(Convert.FromBase64String(match.Name)), match.Value.GetBoolean());
            }
        }
    }

    private static IEnumerable<JsonProperty> Members(JsonElement row, string name) =>
        row.TryGetProperty(name, out var members) ? members.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    // Each byte that is not UTF-8 is the replacement character of its own.
    private static string AsGoReads(byte[] octets)
    {
        var text = new StringBuilder();
        for (var rest = octets.AsSpan(); rest.Length > 0;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            text.Append(rune.ToString());
            rest = rest[(status == System.Buffers.OperationStatus.Done ? length : 1)..];
        }

        return text.ToString();
    }
}
