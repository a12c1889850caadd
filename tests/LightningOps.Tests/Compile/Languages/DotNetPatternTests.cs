using System;
using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using LightningOps.Compile.Languages;
using Xunit;

namespace LightningOps.Tests.Compile.Languages;

public sealed class DotNetPatternTests
{
    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    // Code points at the edges of what UTF-16 writes in one unit and in two, and those with case variants of another kind.
    private static readonly string[] Pieces =
        ["a", "Z", "k", "\u212a", "s", "\u017f", "_", "0", "\u0664", "/", ".", "\n", "\r", "\t", " ", "\0", "\u007f", "\u0085", "\u00e9", "\u2028", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"];

    [Fact]
    public void Linear_engine_matches_as_go_does() =>
        ExpressionOracle.Any.Sample(
            oracle =>
            {
                var pattern = DotNetPattern.Of(RandomExpressions.Parse(oracle.Pattern));
                if (pattern.LoopsOverConditions)
                {
                    return;
                }

                var regex = new Regex(pattern.Text, Linear);
                Assert.All(RandomExpressions.ShortTexts, text => Assert.True(oracle.IsMatch(text) == regex.IsMatch(text), oracle.Pattern + " in " + text));
            },
            iter: 6000);

    [Fact]
    public void Engine_that_goes_back_matches_as_go_does() =>
        ExpressionOracle.Any.Sample(
            oracle =>
            {
                var regex = new Regex(Pattern(oracle.Pattern), RegexOptions.CultureInvariant);
                Assert.All(RandomExpressions.ShortTexts, text => Assert.True(oracle.IsMatch(text) == regex.IsMatch(text), oracle.Pattern + " in " + text));
            },
            iter: 6000);

    private static string Pattern(string go) => DotNetPattern.Of(RandomExpressions.Parse(go)).Text;
}
