using System;
using System.IO;
using System.Linq;
using System.Text;

namespace LightningOps.HelpCompiler;

/// <summary>
/// Makes en-US/ of the module, <c>LightningOps.HelpCompiler FOLDER-OF-PAGES FOLDER-OF-HELP</c>, and its manifest,
/// <c>LightningOps.HelpCompiler CHANGELOG MANIFEST MANIFEST-TO-WRITE</c>.
/// </summary>
internal static class Program
{
    private const string MamlFile = "LightningOps.PowerShell.dll-Help.xml";

    private static int Main(string[] arguments)
    {
        try
        {
            if (arguments.Length == 3)
            {
                ReleaseNotes.Write(arguments[0], arguments[1], arguments[2]);
            }
            else
            {
                Compile(arguments[0], arguments[1]);
            }

            return 0;
        }
        catch (HelpPageException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Compile(string source, string target)
    {
        var files = Directory.GetFiles(source, "*.md").Order(StringComparer.Ordinal).ToLookup(static file => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal));
        var pages = files[false].Select(HelpPageReader.Read).ToList();
        Directory.CreateDirectory(target);
        using (var maml = File.Create(Path.Combine(target, MamlFile)))
        {
            MamlWriter.Write(pages, maml);
        }

        foreach (var topic in files[true])
        {
            // With a byte order mark: Windows PowerShell reads a text without one in the code page of the machine.
            File.WriteAllText(Path.Combine(target, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Render(topic), Encoding.UTF8);
        }
    }
}
