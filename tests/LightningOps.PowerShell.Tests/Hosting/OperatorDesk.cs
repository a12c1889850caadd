using System;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>One session and the services it talks to, for tests that try many commands.</summary>
public sealed class OperatorDesk : IDisposable
{
    internal StandIns StandIns { get; } = new();

    internal ModuleSession Session { get; } = new();

    public void Dispose()
    {
        Session.Dispose();
        StandIns.Dispose();
    }
}
