using System;
using System.Globalization;
using System.Linq;
using LightningOps.Files;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>write-loop path size</c>: replaces a file for ever with <c>size</c> bytes that are all equal, another byte each
/// time, and says "ready" after the first.
/// </summary>
internal sealed class WriteLoop : IVerb
{
    public string Name => "write-loop";

    public int Run(string[] arguments)
    {
        var size = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        for (byte value = 0; ; value++)
        {
            AtomicFile.Write(arguments[0], Enumerable.Repeat(value, size).ToArray());
            if (value == 0)
            {
                Console.WriteLine("ready");
            }
        }
    }
}
