using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Arguments as one text, for .NET Standard has no list of them. The rules are those of CommandLineToArgvW, which .NET
/// follows on every system; no shell reads the text.
/// </summary>
internal static class CommandLine
{
    public static string Of(IEnumerable<string> arguments) => string.Join(" ", arguments.Select(Quoted));

    private static string Quoted(string argument)
    {
        if (argument.Length > 0 && argument.All(c => c is not (' ' or '\t' or '\n' or '\v' or '"')))
        {
            return argument;
        }

        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            // Backslashes are doubled where a quotation mark follows them, and only there.
            if (c == '"')
            {
                quoted.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
