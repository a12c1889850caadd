using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>The pages of docs against the sources that cite them and the code they describe.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Sources = ["src", "tests", "module"];

    // Not after a slash or a dot, which would be a path of something else.
    private static readonly Regex Citation = new(@"(?<![\w./\\-])(?<path>docs/[\w./-]*[\w/-])(?:#(?<anchor>[\w-]+))?");

    private static readonly Lazy<IReadOnlyList<(string Source, string Path, string Anchor)>> Cited = new(static () =>
        Repository.TextFiles(Sources).Where(static path => !path.StartsWith("tests/LightningOps.Tests/Docs/", StringComparison.Ordinal))
            .Concat(Repository.RootTextFiles())
            .SelectMany(static path => CitedIn(path, Repository.Read(path)))
            .ToArray());

    [Fact]
    public void Every_citation_in_a_comment_resolves()
    {
        var unresolved = Cited.Value.Where(static cited => Fault(cited.Path, cited.Anchor) is not null)
            .Select(static cited => cited.Source + ": " + cited.Path + "#" + cited.Anchor + " " + Fault(cited.Path, cited.Anchor));

        Assert.Empty(unresolved);
    }

    [Fact]
    public void Each_page_of_the_reference_is_cited()
    {
        var cited = Cited.Value.Select(static one => one.Path).ToHashSet();

        var uncited = ReferencePages().Where(page => !cited.Contains(page) && page != "docs/reference/README.md");

        Assert.Empty(uncited);
    }

    [Theory]
    [InlineData("/// <summary>Rules (docs/reference/compile.md#order).</summary>", null)]
    [InlineData("// See docs/reference/compile.md#no-such-heading.", "has no such heading")]
    [InlineData("var path = 1; // docs/reference/nothing.md#order", "is not there")]
    [InlineData("// In docs/reference/compile.md", "is cited without a heading")]
    [InlineData("// The pages of docs/en-US.", null)]
    public void A_citation_is_found_in_a_comment_and_judged(string source, string? fault)
    {
        var cited = Assert.Single(CitedIn("A.cs", source));

        Assert.Equal(fault, Fault(cited.Path, cited.Anchor));
    }

    [Theory]
    [InlineData("A.cs", "var text = \"// docs/reference/nothing.md#order\";")]
    [InlineData("A.cs", "var url = \"https://a.com/docs/reference\"; // https://a.com/docs/reference/nothing.md")]
    [InlineData("A.ps1", "$path = 'a#docs/nothing.md' + \"# docs/nothing.md\"")]
    public void What_is_no_comment_or_no_path_of_the_repository_is_left(string path, string source) => Assert.Empty(CitedIn(path, source));

    [Theory]
    [InlineData("A.ps1", "$a = 1 # docs/nothing.md")]
    [InlineData("A.ps1", "<#\nSee docs/nothing.md.\n#>")]
    [InlineData("A.ps1xml", "<a><!-- docs/nothing.md --></a>")]
    [InlineData("A.cs", "/* docs/nothing.md */")]
    public void Comments_of_every_language_are_read(string path, string source) =>
        Assert.Equal("docs/nothing.md", Assert.Single(CitedIn(path, source)).Path);

    [Fact]
    public void The_folder_that_is_not_in_the_repository_is_named_nowhere()
    {
        const string folder = "contracts" + "/";
        var naming = Repository.TextFiles([.. Sources, "docs", ".github"]).Concat(Repository.RootTextFiles())
            .Where(static path => Repository.Read(path).Contains(folder, StringComparison.Ordinal));

        Assert.Empty(naming);
    }

    [Fact]
    public void Links_between_the_pages_resolve()
    {
        var broken =
            from page in ReferencePages().Concat(["docs/glossary.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
            from link in Markdown.GetLinks(Repository.Read(page))
            let target = link.Path.Length == 0 ? page : Join(page, link.Path)
            where !Exists(target) || (link.Anchor.Length > 0 && !Markdown.GetAnchors(Repository.Read(target)).Contains(link.Anchor))
            select page + ": " + link.Path + "#" + link.Anchor;

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_environment_variable_has_a_row_with_its_default()
    {
        var rows = Repository.Read("docs/reference/environment.md").Split('\n')
            .Select(static line => Regex.Match(line, @"^\| `(?<name>\w+)` \| [^|]+ \| (?<default>[^|]+) \| [^|]*\|"))
            .Where(static row => row.Success)
            .Select(static row => row.Groups["name"].Value)
            .ToArray();
        var variables = typeof(EnvironmentVariables).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!);

        Assert.Empty(variables.Except(rows));
        Assert.Equal(rows.Distinct(), rows);
    }

    private static IEnumerable<(string Source, string Path, string Anchor)> CitedIn(string source, string text) =>
        !text.Contains("docs/", StringComparison.Ordinal) ? [] :
        from comment in SourceComments.In(source, text)
        from Match match in Citation.Matches(comment)
        select (source, match.Groups["path"].Value, match.Groups["anchor"].Value);

    /// <summary>What is wrong with a citation; null for nothing.</summary>
    private static string? Fault(string path, string anchor) =>
        !Exists(path) ? "is not there"
        : anchor.Length > 0 ? Markdown.GetAnchors(Repository.Read(path)).Contains(anchor) ? null : "has no such heading"
        : path.StartsWith("docs/reference/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal) ? "is cited without a heading"
        : null;

    private static IEnumerable<string> ReferencePages() => Repository.TextFiles("docs/reference").Where(static path => path.EndsWith(".md", StringComparison.Ordinal));

    private static bool Exists(string path) => File.Exists(Repository.GetPath(path)) || Directory.Exists(Repository.GetPath(path));

    private static string Join(string page, string relative) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.GetPath(page))!, relative))).Replace(Path.DirectorySeparatorChar, '/');
}
