using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace LightningOps.TestProcess.Verbs;

/// <summary>listen: listens at a free port of this machine, prints it, and goes on until the process is ended.</summary>
internal sealed class Listen : IVerb
{
    public string Name => "listen";

    public int Run(string[] arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
