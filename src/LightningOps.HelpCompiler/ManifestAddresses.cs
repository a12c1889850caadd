using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.HelpCompiler;

/// <summary>Puts the publisher's addresses, such as ProjectUri, into a manifest.</summary>
internal static class ManifestAddresses
{
    private static readonly Regex Neighbour = new("(?m)^(?<indent>[ ]*)LicenseUri[ ]*= '[^']*'", RegexOptions.CultureInvariant);

    /// <summary>Adds the addresses below LicenseUri.</summary>
    /// <param name="manifest">The manifest to change; it has none of the addresses.</param>
    /// <param name="addresses">Name and address, by turns.</param>
    /// <exception cref="HelpPageException">The manifest has no LicenseUri.</exception>
    public static void Write(string manifest, IReadOnlyList<string> addresses)
    {
        var text = File.ReadAllText(manifest);
        if (!Neighbour.IsMatch(text))
        {
            throw new HelpPageException(manifest, 0, "has no LicenseUri in one line");
        }

        var lines = addresses.Chunk(2).Select(static pair => $"{pair[0],-12} = {ReleaseNotes.Quote(pair[1])}");
        var written = Neighbour.Replace(text, match => match.Value + string.Concat(lines.Select(line => Environment.NewLine + match.Groups["indent"].Value + line)));
        File.WriteAllText(manifest, written, Encoding.UTF8);
    }
}
