using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>The paths of ARCHITECTURE.md against the code: every type they name exists, with the member they name.</summary>
public sealed class ArchitectureTests
{
    private const int MaxSteps = 12;

    private static readonly Lazy<IReadOnlyList<string>> Sources = new(static () =>
        Repository.TextFiles("src").Where(static path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(Repository.Read).ToArray());

    [Theory]
    [InlineData("### A compile")]
    [InlineData("### A roll-out")]
    [InlineData("### A purchase")]
    public void A_path_has_at_most_twelve_steps_through_types_that_exist(string heading)
    {
        var steps = Markdown.GetSection(Repository.Read("ARCHITECTURE.md"), heading).Where(static line => Regex.IsMatch(line, @"^\d+\. ")).ToArray();
        var names = steps.Select(static step => Regex.Match(step, @"^\d+\. `(?<type>\w+)(?:\.(?<member>\w+))?`")).ToArray();

        Assert.InRange(steps.Length, 3, MaxSteps);
        Assert.All(names, static name => Assert.True(name.Success));
        Assert.Empty(names.Where(static name => !IsDeclared(name.Groups["type"].Value, name.Groups["member"].Value)).Select(static name => name.Value));
    }

    [Fact]
    public void A_type_that_does_not_exist_is_noticed() =>
        Assert.Equal((false, false, true), (IsDeclared("NoSuchType", string.Empty), IsDeclared("PaywallCompiler", "NoSuchMember"), IsDeclared("PaywallCompiler", "Compile")));

    [Fact]
    public void The_quiz_has_ten_questions_with_an_answer_each()
    {
        var rows = Markdown.GetSection(Repository.Read("ARCHITECTURE.md"), "## Ten changes").Where(static line => Regex.IsMatch(line, @"^\| \d+ \| [^|]+ \| `[^|]+\|$")).ToArray();

        Assert.Equal(10, rows.Length);
    }

    private static bool IsDeclared(string type, string member) => Sources.Value
        .Where(source => source.Contains(type, StringComparison.Ordinal) && Regex.IsMatch(source, @"\b(?:class|record|struct|interface|enum) " + type + @"\b"))
        .Any(source => member.Length == 0 || Regex.IsMatch(source, @"\b" + member + @"\b"));
}
