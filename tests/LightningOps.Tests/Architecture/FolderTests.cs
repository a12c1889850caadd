using System;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Tests.Docs;
using Xunit;

namespace LightningOps.Tests.Architecture;

/// <summary>The folders of src/LightningOps, its namespaces and the tree of ARCHITECTURE.md are one.</summary>
public sealed class FolderTests
{
    [Fact]
    public void A_source_file_has_the_namespace_of_its_folder()
    {
        var strangers = Domain.Sources.Where(static source =>
        {
            var namespaces = Regex.Matches(Repository.Read(source), @"^namespace ([\w.]+);", RegexOptions.Multiline).Select(static match => match.Groups[1].Value);
            return !namespaces.SequenceEqual([Domain.GetNamespace(Domain.GetFolder(source))]);
        });

        Assert.InRange(Domain.Sources.Count, 200, int.MaxValue);
        Assert.Empty(strangers);
    }

    [Fact]
    public void Every_folder_of_the_tree_exists() =>
        Assert.Empty(ArchitectureTree.DomainFolders.Where(static folder => !Repository.IsFolder("src/LightningOps/" + folder)));

    [Fact]
    public void Every_path_at_the_edge_of_the_tree_exists() =>
        Assert.Empty(ArchitectureTree.Roots.Where(static path => !Repository.IsFolder(path)));

    [Fact]
    public void Every_top_level_folder_is_in_the_tree() =>
        Assert.Equal(Domain.Folders.OrderBy(static folder => folder, StringComparer.Ordinal), ArchitectureTree.DomainFolders.Select(static folder => folder.Split('/')[0]).Distinct().OrderBy(static folder => folder, StringComparer.Ordinal));

    [Fact]
    public void Every_source_project_is_in_the_tree() =>
        Assert.Equal(Repository.ChildFolders("src"), ArchitectureTree.Roots.Where(static path => path.StartsWith("src/", StringComparison.Ordinal)).Select(static path => path.Substring("src/".Length)).OrderBy(static path => path, StringComparer.Ordinal));

    [Fact]
    public void Every_value_of_the_tree_is_a_type_at_the_root() =>
        Assert.Empty(ArchitectureTree.Values.Where(static name => !Domain.Sources.Contains("src/LightningOps/" + name + ".cs")));

    [Fact]
    public void The_answers_of_the_quiz_are_folders_that_exist()
    {
        var answers = Markdown.GetSection(Repository.Read("ARCHITECTURE.md"), "## Ten changes")
            .Select(static line => Regex.Match(line, @"^\| \d+ \| [^|]+ \| `([^`]+)`"))
            .Where(static match => match.Success)
            .Select(static match => match.Groups[1].Value)
            .ToArray();

        Assert.Equal(10, answers.Length);
        Assert.Empty(answers.Where(static answer => !Repository.IsFolder("src/LightningOps/" + answer) && !Repository.IsFolder(answer)));
    }

    [Fact]
    public void The_folders_a_new_one_goes_to_exist()
    {
        var paths = Markdown.GetSection(Repository.Read("ARCHITECTURE.md"), "## Where a new one goes")
            .SelectMany(static line => Regex.Matches(line, @"(?:folder of |in |check in )`(\w+(?:/\w+)*)`").Select(static match => match.Groups[1].Value))
            .Where(static path => path.Contains('/') || Domain.Folders.Contains(path))
            .ToArray();

        Assert.NotEmpty(paths);
        Assert.Empty(paths.Where(static path => !Repository.IsFolder("src/LightningOps/" + path)));
    }
}
