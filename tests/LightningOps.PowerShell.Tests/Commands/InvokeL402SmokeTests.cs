using System;
using System.IO;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class InvokeL402SmokeTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Invoke-L402Smoke Staging -Format RouteDocument | Export-Json")]
    [InlineData("(Invoke-L402Smoke Staging -Mode Mock -Format RouteDocument).Reconcile | Export-Json")]
    public void Staging_runs_in_mock_mode_unless_told_otherwise_and_gives_the_recorded_output(string script) =>
        Assert.Equal(File.ReadAllText(Places.Vector("smoke/staging.json")).Trim(), session.Run(script).Text());
}
