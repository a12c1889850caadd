using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>
/// Any sequence of faults and cancellations, at any calls: the gateway serves the old or the new configuration whole, the
/// record says which, no event is written twice, and a second run converges.
/// </summary>
public sealed class ReconcilePropertyTests
{
    private const int Sequences = 10_000;
    private const int MostCalls = 14;

    private static readonly Gen<Scenario> Scenarios = Gen.Select(
        Gen.Bool, Gen.Int[0, 24].Array[MostCalls], Gen.Int[0, 30].Array[MostCalls], (hasPrevious, gateway, plane) => new Scenario(hasPrevious, gateway, plane));

    private static IReadOnlyList<LightningOps.Paywalls.Paywall> OnePaywall => [Paywall("p", Route("r", "shop.example.com", "/a"))];

    private static readonly string Wanted = new ReconcileBench(OnePaywall).WantedHash;

    [Fact]
    public void Whatever_fails_the_gateway_serves_one_configuration_whole_and_the_next_run_converges() =>
        Scenarios.Sample(scenario => HoldAsync(scenario).GetAwaiter().GetResult(), iter: Sequences, threads: Environment.ProcessorCount, print: scenario => scenario.ToString());

    private static async Task HoldAsync(Scenario scenario)
    {
        var bench = new ReconcileBench(OnePaywall, scenario.HasPrevious);
        var previous = scenario.HasPrevious ? ReconcileBench.PreviousHash : default(string?);
        var (result, failure) = await RunAsync(bench, scenario);

        var served = bench.ServedHash();
        Assert.True(served == previous || served == Wanted, "serves " + served);
        if (result is null)
        {
            Assert.True(failure is OperationCanceledException or ControlPlaneTransportException, failure!.ToString());
            Assert.Equal(previous, served);
            Assert.Empty(Deployments(bench));
        }
        else
        {
            CheckRecord(bench, result, served, previous);
        }

        CheckNoEventTwice(bench);
        await ConvergeAsync(bench);
    }

    private static async Task<(ReconcileResult? Result, Exception? Failure)> RunAsync(ReconcileBench bench, Scenario scenario)
    {
        using var operatorStops = new CancellationTokenSource();
        var before = new Queue<int>(scenario.Gateway);
        var after = 0;
        bench.Gateway.Before = _ =>
        {
            after = before.TryDequeue(out var fate) ? fate : -1;
            Throw(bench, after == 0, operatorStops, after == 2);
        };
        bench.Gateway.After = _ => Throw(bench, after == 1, operatorStops, after == 3);
        var control = new Queue<int>(scenario.Plane);
        bench.ControlPlane.Before = name =>
        {
            var fate = control.TryDequeue(out var next) ? next : -1;
            Throw(bench, false, operatorStops, fate == 4);
            var call = name switch { "list" => ControlPlaneCall.List, "security" => ControlPlaneCall.Security, _ => name[0] == 'r' ? ControlPlaneCall.Record : ControlPlaneCall.Event };
            bench.ControlPlane.Next(call, fate is >= 0 and <= 3 ? (ControlPlaneFault)fate : null);
        };
        try
        {
            return (await bench.RunAsync(operatorStops.Token), null);
        }
        catch (Exception failure)
        {
            return (null, failure);
        }
        finally
        {
            bench.Gateway.Before = null;
            bench.Gateway.After = null;
            bench.ControlPlane.Before = null;
            bench.ControlPlane.Heal();
        }
    }

    private static void Throw(ReconcileBench bench, bool fails, CancellationTokenSource operatorStops, bool stops)
    {
        if (stops)
        {
            operatorStops.Cancel();
        }

        if (fails)
        {
            throw new GatewayException(bench.Gateway.Name, "call", "injected_fault", "Heal it.");
        }
    }

    private static void CheckRecord(ReconcileBench bench, ReconcileResult result, string? served, string? previous)
    {
        Assert.Equal(
            result.Serving switch
            {
                LiveConfiguration.Wanted => Wanted,
                LiveConfiguration.Previous => previous,
                _ => served,
            },
            served);
        Assert.True(result.DeploymentStatus != DeploymentStatus.Applied || result.Serving == LiveConfiguration.Wanted);
        Assert.True(result.DeploymentStatus != DeploymentStatus.RolledBack || result.Serving == LiveConfiguration.Previous);

        // The record says which; where it could not be written it is kept to be, or was written and only the answer was lost.
        var recorded = Deployments(bench).SingleOrDefault();
        var kept = bench.Outbox.Waiting.SingleOrDefault(entry => entry.Deployment is not null)?.Deployment;
        Assert.Equal(result.DeploymentStatus, kept?.Status ?? recorded!.Status);
        Assert.Equal(kept is not null, result.Warnings.Any(warning => warning.Code == "record_not_written"));
        Assert.Equal(result.Ok, kept is null && recorded!.Status == DeploymentStatus.Applied);
    }

    private static void CheckNoEventTwice(ReconcileBench bench) =>
        Assert.All(GetEvents(bench).GroupBy(recorded => recorded.EventType), same => Assert.Single(same));

    private static async Task ConvergeAsync(ReconcileBench bench)
    {
        var second = await bench.Reconciler.RunAsync(bench.Options with { RequestId = "second" }, CancellationToken.None);

        Assert.True(second is { Ok: true, Serving: LiveConfiguration.Wanted }, second.ToString());
        Assert.Equal(Wanted, bench.ServedHash());
        Assert.Empty(bench.Outbox.Waiting);
        Assert.DoesNotContain(Deployments(bench), deployment => deployment.Status == DeploymentStatus.Pending && deployment.DeploymentId == second.DeploymentId);
        CheckNoEventTwice(bench);
    }

    private static IReadOnlyList<Deployment> Deployments(ReconcileBench bench) =>
        bench.Plane.ListDeploymentsAsync(new DeploymentQuery(), CancellationToken.None).Result;

    private static IReadOnlyList<GatewayEvent> GetEvents(ReconcileBench bench) =>
        bench.Plane.ListEventsAsync(new GatewayEventQuery { DeploymentId = ReconcileBench.DeploymentId }, CancellationToken.None).Result;

    private sealed record Scenario(bool HasPrevious, int[] Gateway, int[] Plane)
    {
        public override string ToString() => (HasPrevious ? "after one: " : "the first: ") + string.Join(",", Gateway) + " / " + string.Join(",", Plane);
    }
}
