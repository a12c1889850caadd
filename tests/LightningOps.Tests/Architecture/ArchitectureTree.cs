using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Tests.Docs;

namespace LightningOps.Tests.Architecture;

/// <summary>What ARCHITECTURE.md says of folders: its tree and the direction between them.</summary>
internal static class ArchitectureTree
{
    private static readonly string[] Lines = Repository.Read("ARCHITECTURE.md").Split('\n')
        .SkipWhile(static line => line.TrimEnd() != "## Tree")
        .SkipWhile(static line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(static line => !line.StartsWith("```", StringComparison.Ordinal))
        .Select(static line => line.TrimEnd())
        .ToArray();

    /// <summary>The paths at the left edge, without a slash at their end.</summary>
    public static IReadOnlyList<string> Roots { get; } =
        Lines.Where(static line => line.Length > 0 && line[0] != ' ').Select(static line => line.Split(' ')[0].TrimEnd('/')).ToArray();

    /// <summary>The names below src/LightningOps, each of one line: the values, then the folders with a/{b,c} as a/b and a/c.</summary>
    private static readonly string[][] Indented = Lines
        .SkipWhile(static line => !line.StartsWith("src/LightningOps/", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(static line => line.StartsWith(' '))
        .Select(static line => Regex.Match(line.Trim(), @"^(\S+(?: \S+)*)").Groups[1].Value.Split(' ').SelectMany(Expand).ToArray())
        .ToArray();

    /// <summary>The values at the root.</summary>
    public static IReadOnlyList<string> Values { get; } = Indented[0];

    /// <summary>The folders below src/LightningOps.</summary>
    public static IReadOnlyList<string> DomainFolders { get; } = Indented.Skip(1).SelectMany(static names => names).ToArray();

    /// <summary>The lines of the direction from top to bottom: chains of folders of which each may use the next.</summary>
    public static IReadOnlyList<string[][]> Direction { get; } = Markdown.GetSection(Repository.Read("ARCHITECTURE.md"), "## Direction")
        .Select(static line => Regex.Match(line, @"^\d+\. (.+)$"))
        .Where(static match => match.Success)
        .Select(static match => match.Groups[1].Value.Split([", ", "; "], StringSplitOptions.None).Select(static chain => chain.Split(" → ")).ToArray())
        .ToArray();

    /// <summary>Whether the direction lets one folder use another.</summary>
    public static bool Allows(string from, string to)
    {
        var (user, used) = (Place(from), Place(to));
        return user.Line < used.Line || (user.Line == used.Line && (user.Chain != used.Chain || user.Position < used.Position));
    }

    private static (int Line, int Chain, int Position) Place(string folder)
    {
        for (var line = 0; line < Direction.Count; line++)
        {
            for (var chain = 0; chain < Direction[line].Length; chain++)
            {
                var position = Array.IndexOf(Direction[line][chain], folder == Domain.Values ? "The values at the root" : folder);
                if (position >= 0)
                {
                    return (line, chain, position);
                }
            }
        }

        throw new InvalidOperationException("The direction of ARCHITECTURE.md does not name the folder '" + folder + "'.");
    }

    private static IEnumerable<string> Expand(string name)
    {
        var braces = Regex.Match(name, @"^(?<folder>[^{]+/)\{(?<children>[^}]+)\}$");
        return braces.Success ? braces.Groups["children"].Value.Split(',').Select(child => braces.Groups["folder"].Value + child) : [name];
    }
}
