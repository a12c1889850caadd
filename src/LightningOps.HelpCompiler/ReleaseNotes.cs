using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.HelpCompiler;

/// <summary>Puts the newest section of the changelog into the manifest, as its ReleaseNotes.</summary>
internal static class ReleaseNotes
{
    // A gallery accepts 35,000 characters. Windows accepts 32,000 escaped characters on the command line that passes them to
    // a package.
    private const int MaxLength = 8_000;
    private const string Rest = "More changes are in CHANGELOG.md in the folder of the module.";

    private static readonly Regex Setting = new("(?m)^(?<name>[ ]*ReleaseNotes[ ]*= )'[^']*'", RegexOptions.CultureInvariant);

    /// <summary>Writes the manifest with the notes.</summary>
    /// <param name="changelog">The changelog, Markdown with a section per version, the newest first.</param>
    /// <param name="manifest">The manifest, with a ReleaseNotes of one line.</param>
    /// <param name="target">The manifest to write.</param>
    /// <exception cref="HelpPageException">The changelog has no section, or the manifest no ReleaseNotes.</exception>
    public static void Write(string changelog, string manifest, string target)
    {
        var text = File.ReadAllText(manifest);
        if (!Setting.IsMatch(text))
        {
            throw new HelpPageException(manifest, 1, "has no ReleaseNotes in one line");
        }

        var notes = Quote(Read(changelog));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);

        // With a byte order mark: Windows PowerShell reads a manifest without one in the code page of the machine.
        File.WriteAllText(target, Setting.Replace(text, match => match.Groups["name"].Value + notes), Encoding.UTF8);
    }

    /// <summary>The newest section, cut at the end of a line if it is too long.</summary>
    /// <param name="changelog">The changelog.</param>
    public static string Read(string changelog)
    {
        var lines = File.ReadAllLines(changelog);
        var first = Array.FindIndex(lines, static line => line.StartsWith("## ", StringComparison.Ordinal));
        if (first < 0)
        {
            throw new HelpPageException(changelog, 1, "has no section of a version");
        }

        var section = lines.Skip(first + 1).TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        var notes = new StringBuilder();
        foreach (var line in section)
        {
            if (notes.Length + line.Length + Rest.Length > MaxLength)
            {
                return notes.Append('\n').Append(Rest).ToString().Trim('\n');
            }

            notes.Append(line.TrimEnd()).Append('\n');
        }

        return notes.ToString().Trim('\n');
    }

    /// <summary>A text as a literal of PowerShell. Any of these five characters ends a single-quoted text; doubled, it is literal.</summary>
    public static string Quote(string text) => "'" + Regex.Replace(text, "['\u2018\u2019\u201a\u201b]", "$0$0") + "'";
}
