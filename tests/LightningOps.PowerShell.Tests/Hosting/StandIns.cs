using System;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>The services an operator's commands talk to, on loopback, in a process of their own: a hosted control plane, an ops gateway, a shop, a wallet.</summary>
internal sealed class StandIns : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Process process;
    private readonly JsonNode places;

    public StandIns()
    {
        process = Process.Start(new ProcessStartInfo("dotnet", [Places.StandIns, folder.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        places = JsonNode.Parse(process.StandardOutput.ReadLine() ?? throw new JsonException("The stand-ins did not start."))!;
    }

    /// <summary>Control plane and ops gateway.</summary>
    public string Site => Url("site");

    /// <summary>Sells <c>/premium</c> for 3 satoshis and <c>/dear</c> for 5000.</summary>
    public string Shop => Url("shop");

    /// <summary>A wallet executor that pays the shop's invoices.</summary>
    public string Wallet => Url("wallet");

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }

    private string Url(string name) => (string)places[name]!;
}
