using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Tests.Docs;
using Mono.Cecil;

namespace LightningOps.Tests.Architecture;

/// <summary>The top-level folders of src/LightningOps and what each uses of the others, by its compiled types and by its usings.</summary>
internal static class Domain
{
    private const string RootNamespace = "LightningOps";

    /// <summary>The name of the folder that holds the values at the root.</summary>
    public const string Values = "";

    /// <summary>Paths of the source files, relative to the root of the repository.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        Repository.TextFiles("src/LightningOps").Where(static path => path.EndsWith(".cs", StringComparison.Ordinal)).ToArray();

    /// <summary>The top-level folders, <see cref="Values"/> not among them.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        Sources.Select(static path => GetTopFolder(GetFolder(path))).Where(static folder => folder != Values).Distinct().ToArray();

    /// <summary>What each folder uses of the others, and the first type or file that does.</summary>
    public static IReadOnlyList<(string From, string To, string By)> Uses { get; } =
        CompiledUses().Concat(WrittenUses()).GroupBy(static use => (use.From, use.To)).Select(static uses => uses.First()).ToArray();

    /// <summary>The folder of a source file below src/LightningOps, with slashes; empty for the root.</summary>
    public static string GetFolder(string source) => Path.GetDirectoryName(source)!.Replace('\\', '/').Substring("src/LightningOps".Length).TrimStart('/');

    /// <summary>The namespace of a folder below src/LightningOps.</summary>
    public static string GetNamespace(string folder) => folder.Length == 0 ? RootNamespace : RootNamespace + "." + folder.Replace('/', '.');

    /// <summary>What can be reached from a folder, itself where there is a cycle.</summary>
    public static IReadOnlyCollection<string> Reach(string from, IEnumerable<(string From, string To)> uses)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out var folder))
        {
            foreach (var use in uses.Where(use => use.From == folder && reached.Add(use.To)))
            {
                open.Push(use.To);
            }
        }

        return reached;
    }

    private static string GetTopFolder(string folder) => folder.Split('/')[0];

    private static IEnumerable<(string From, string To, string By)> CompiledUses()
    {
        using var module = ModuleDefinition.ReadModule(typeof(Msats).Assembly.Location);
        return
            (from type in module.Types
             from used in UsedTypes.In(type)
             where used.Scope == module
             let use = (From: FindTopFolder(type.Namespace), To: FindTopFolder(UsedTypes.GetNamespace(used)), By: type.FullName)
             where use.From is not null && use.To is not null && use.From != use.To
             select (use.From, use.To, use.By)).ToArray();
    }

    private static IEnumerable<(string From, string To, string By)> WrittenUses() =>
        from source in Sources
        from Match match in Regex.Matches(Repository.Read(source), @"^using (?:static |\w+ = )?(LightningOps\.[\w.]+)", RegexOptions.Multiline)
        let use = (From: GetTopFolder(GetFolder(source)), To: FindTopFolder(match.Groups[1].Value), By: source)
        where use.To is not null && use.To != Values && use.From != use.To
        select (use.From, use.To, use.By);

    // Null for a namespace that is not of the domain: the polyfills.
    private static string? FindTopFolder(string name) =>
        name == RootNamespace ? Values : Folders.FirstOrDefault(folder => (name + ".").StartsWith(RootNamespace + "." + folder + ".", StringComparison.Ordinal));
}
