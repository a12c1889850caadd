using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.Memory;
using LightningOps.Smoke;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LightningOps.Tests.Artifacts.Reports;

/// <summary>Runs for reports.</summary>
internal static class Runs
{
    /// <summary>A run with something in every place, each text made of <paramref name="text"/>.</summary>
    public static RunReport Saying(string text, bool ok = false) => new()
    {
        Title = text,
        Ok = ok,
        Outcome = text,
        RequestId = text,
        Facts = [new ReportFact(text, text), new ReportFact("left out", null)],
        Timeline =
        [
            Event(1_795_366_963_668, text, "ok", ("durationMs", 12L), (text, text)),
            Event(1_795_366_963_900, text, text, ("list", new[] { text, text }), ("amountMsats", 2500L)),
            Event(1_795_366_964_668, text, "failed", ("reason", text)),
        ],
        Checks = [ReportCheck.Create(text, true, text), ReportCheck.Create(text, false, text), ReportCheck.CreateSkipped(text, text)],
        Routes = [new ReportRoute(text) { Id = text, Price = new Msats(1_234_567), Upstream = text, State = text }],
        Money = [new ReportAmount(text, new Msats(2500), text) { Reference = text, IsPaid = true }],
        Failures = [new ReportFailure(text, text + " because") { Where = text, Remedy = text }],
        Warnings = [text],
        Summary = new { Ok = ok, Text = text },
    };

    public static RunReport With(params ReportCheck[] checks) => new() { Title = "Run", Ok = true, Outcome = "Done.", Checks = checks, Summary = new { Ok = true } };

    public static RunEvent Event(long ts, string stage, string status, params (string Name, object Value)[] details)
    {
        var told = new Dictionary<string, object>();
        foreach (var (name, value) in details)
        {
            told[name] = value;
        }

        return new RunEvent(ts, stage, "r", status) { Details = told };
    }

    /// <summary>A smoke run in Mock mode, where its time stands still.</summary>
    public static async Task<ISmokeResult> SmokeAsync(SmokeName name, TemporaryFolder folder)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_795_366_963_668));
        return await SmokeCatalog.Get(name).RunAsync(
            new SmokeRequest
            {
                ControlPlane = new MockControlPlane(time),
                Gateway = new MemoryGateway(new MemoryGatewayOptions()),
                Time = time,
                WorkingDirectory = folder.Path,
                ArtifactDirectory = folder.File("artifacts"),
                AllowsMissingLocalArtifact = true,
            },
            default);
    }
}
