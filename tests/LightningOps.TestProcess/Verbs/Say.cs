using System;
using System.Globalization;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>say code words…</c>: writes each word in brackets on a line of its own and ends with the code.</summary>
internal sealed class Say : IVerb
{
    public string Name => "say";

    public int Run(string[] arguments)
    {
        foreach (var word in arguments[1..])
        {
            Console.WriteLine("[" + word + "]");
        }

        return int.Parse(arguments[0], CultureInfo.InvariantCulture);
    }
}
