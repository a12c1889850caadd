using LightningOps.ApertureYaml;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Example hosts that a reader takes for hosts.</summary>
public sealed class HostExampleTests
{
    [Theory]
    [InlineData("^shop.example.com$", null, "shop.example.com")]
    [InlineData("^data.example.com$", null, "data.example.com")]
    [InlineData("^shop.example\\.com$", "^shop\\.example\\.com$", "shop-example.com")]
    [InlineData("^[a-z]+\\.example\\.com$", null, "a.example.com")]
    [InlineData("^api.+\\.example\\.com$", null, "apia.example.com")]
    [InlineData("^api.{3}$", null, "apiaaa")]
    [InlineData("^a$", null, "a")]
    public void A_dot_of_an_expression_is_a_dot_in_its_example(string expression, string? excluded, string host)
    {
        var language = Read(expression);
        var other = excluded is null ? null : Read(excluded);
        var raw = language.FindOutside(other is null ? [] : [other], new AnalysisBudget(1_000_000), out _)!;

        var improved = HostExample.Improve(raw, text => language.Matches(text) && other?.Matches(text) != true);

        Assert.Equal(host, improved);
        Assert.True(language.Matches(improved) && other?.Matches(improved) != true);
    }

    private static RegularLanguage Read(string expression)
    {
        Assert.True(Re2Expression.TryParse(expression, out var parsed, out _));
        return RegularLanguage.FromExpression(parsed!);
    }
}
