using System;
using System.IO;
using System.Linq;
using System.Text;

namespace LightningOps.HelpCompiler;

/// <summary>
/// Makes en-US/ of the module, <c>help FOLDER-OF-PAGES FOLDER-OF-HELP [ADDRESS-WITH-{0}]</c>, its manifest,
/// <c>manifest CHANGELOG MANIFEST MANIFEST-TO-WRITE</c>, and the addresses of a manifest, <c>addresses MANIFEST [NAME ADDRESS]...</c>.
/// </summary>
internal static class Program
{
    private const string MamlFile = "LightningOps.PowerShell.dll-Help.xml";

    private static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["help", var pages, var help]:
                    Compile(pages, help, address: null);
                    return 0;
                case ["help", var pages, var help, var address]:
                    Compile(pages, help, address);
                    return 0;
                case ["manifest", var changelog, var manifest, var target]:
                    ReleaseNotes.Write(changelog, manifest, target);
                    return 0;
                case ["addresses", var manifest, .. var addresses]:
                    ManifestAddresses.Write(manifest, addresses);
                    return 0;
                default:
                    Console.Error.WriteLine("Use help, manifest or addresses, with their arguments.");
                    return 1;
            }
        }
        catch (HelpPageException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Compile(string source, string target, string? address)
    {
        var files = Directory.GetFiles(source, "*.md").Order(StringComparer.Ordinal).ToLookup(static file => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal));
        var pages = files[false].Select(HelpPageReader.Read).ToList();
        Directory.CreateDirectory(target);
        using (var maml = File.Create(Path.Combine(target, MamlFile)))
        {
            MamlWriter.Write(pages, maml, address);
        }

        foreach (var topic in files[true])
        {
            // With a byte order mark: Windows PowerShell reads a text without one in the code page of the machine.
            File.WriteAllText(Path.Combine(target, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Render(topic), Encoding.UTF8);
        }
    }
}
