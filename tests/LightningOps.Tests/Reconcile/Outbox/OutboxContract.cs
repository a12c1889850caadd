using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Json;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Outbox;

/// <summary>What every outbox keeps; one class an outbox.</summary>
public abstract class OutboxContract : IDisposable
{
    private protected static readonly CancellationToken None = CancellationToken.None;

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [ContractFact]
    public async Task What_is_kept_comes_back_whole_and_in_order()
    {
        using var outbox = Open();
        await outbox.AddAsync(Event("first"), None);
        await outbox.AddAsync(Deployment("dep_1", DeploymentStatus.Applied), None);
        await outbox.AddAsync(Event("last"), None);

        var taken = await TakeAllAsync(outbox);

        Assert.Equal(
            new[] { Event("first"), Deployment("dep_1", DeploymentStatus.Applied), Event("last") }.Select(entry => ArtifactJson.Serialize(entry)),
            taken.Select(entry => ArtifactJson.Serialize(entry with { Sequence = 0 })));
    }

    [ContractFact]
    public async Task An_event_that_was_taken_is_not_given_out_again()
    {
        using var outbox = Open();
        await outbox.AddAsync(Event("first"), None);
        Assert.NotNull(await outbox.DequeueAsync(0, "gateway", None));

        Assert.Null(await outbox.DequeueAsync(0, "gateway", None));
    }

    [ContractFact]
    public async Task An_event_that_was_put_back_is()
    {
        using var outbox = Open();
        await outbox.AddAsync(Event("first"), None);
        await outbox.AddAsync(Event("second"), None);
        await outbox.RequeueAsync((await outbox.DequeueAsync(0, "gateway", None))!, None);

        Assert.Equal(["first", "second"], (await TakeAllAsync(outbox)).Select(entry => entry.Event!.EventType));
    }

    [ContractFact]
    public async Task What_is_for_one_gateway_is_given_to_no_other()
    {
        using var outbox = Open();
        await outbox.AddAsync(Deployment("dep_theirs", DeploymentStatus.Failed) with { Gateway = "theirs" }, None);
        await outbox.AddAsync(Deployment("dep_ours", DeploymentStatus.Failed) with { Gateway = "gateway" }, None);
        await outbox.AddAsync(Event("anyones"), None);

        Assert.Equal(["dep_ours", null], (await TakeAllAsync(outbox)).Select(entry => entry.Deployment?.DeploymentId));
        Assert.Equal("dep_theirs", (await outbox.DequeueAsync(0, "theirs", None))!.Deployment!.DeploymentId);
    }

    [ContractFact]
    public async Task The_record_of_a_deployment_waits_until_it_is_removed()
    {
        using var outbox = Open();
        await outbox.AddAsync(Deployment("dep_1", DeploymentStatus.Applied), None);
        var taken = (await outbox.DequeueAsync(0, "gateway", None))!;
        Assert.NotNull(await outbox.DequeueAsync(0, "gateway", None));

        await outbox.RemoveAsync(taken, None);

        Assert.Null(await outbox.DequeueAsync(0, "gateway", None));
    }

    [ContractFact]
    public async Task Of_a_deployment_only_the_newest_record_is_kept()
    {
        using var outbox = Open();
        await outbox.AddAsync(Deployment("dep_1", DeploymentStatus.Failed), None);
        await outbox.AddAsync(Deployment("dep_2", DeploymentStatus.Failed), None);
        await outbox.AddAsync(Deployment("dep_1", DeploymentStatus.Applied), None);
        await outbox.ForgetDeploymentAsync("dep_2", None);

        var left = Assert.Single(await TakeAllAsync(outbox));
        Assert.Equal(("dep_1", DeploymentStatus.Applied), (left.Deployment!.DeploymentId, left.Deployment.Status));
    }

    private protected abstract IOutbox Open();

    private protected static OutboxEntry Event(string type) => new()
    {
        Event = new GatewayEventDraft
        {
            PaywallId = "pw",
            OwnerId = "owner",
            EventType = type,
            Level = EventLevel.Warn,
            ConfigHash = new ConfigHash("cfg_1"),
            Metadata = JsonText.From("{\"details\":{\"reason\":\"Störung\"}}"),
        },
    };

    private protected static OutboxEntry Deployment(string id, DeploymentStatus status) => new()
    {
        Deployment = new DeploymentIntent
        {
            DeploymentId = id,
            ConfigHash = new ConfigHash("cfg_1"),
            Status = status,
            Diagnostics = PaywallCompiler.Compile([SamplePaywalls.Priced("p", 1, SamplePaywalls.Route("r", "a.example.com", "/^x"))], new CompileOptions()).Diagnostics,
            AppliedAtMs = 5,
        },
    };

    private static async Task<List<OutboxEntry>> TakeAllAsync(IOutbox outbox)
    {
        var taken = new List<OutboxEntry>();
        while (await outbox.DequeueAsync(taken.LastOrDefault()?.Sequence ?? 0, "gateway", None) is { } entry)
        {
            taken.Add(entry);
        }

        return taken;
    }
}
