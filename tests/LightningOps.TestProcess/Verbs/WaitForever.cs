using System;
using System.Threading;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>wait-forever</c>: says waiting and waits to be killed.</summary>
internal sealed class WaitForever : IVerb
{
    public string Name => "wait-forever";

    public int Run(string[] arguments)
    {
        Console.WriteLine("waiting");
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }
}
