using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Ops;
using LightningOps.Http;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Faults;

/// <summary>Ops endpoints.</summary>
internal sealed class OpsFaultyPeer : IFaultyPeer
{
    private readonly OpsPeer peer = new();
    private readonly MemoryRecords records = new();

    public Task<Reply> AnswerAsync(RecordedRequest request) => peer.AnswerAsync(request);

    public IGateway Open(string url, GatewayHttpOptions http) => new OpsGateway(new OpsGatewayOptions
    {
        BaseUrl = url,
        ChallengeUrl = url + "/staging",
        ProxyUrl = url + "/staging",
        OpsToken = OperatorSecret.From("tok"),
        Records = records,
        Http = http,
    });

    public Action Remember()
    {
        var (hash, kept) = (peer.ActiveHash, records.Copy());
        return () =>
        {
            peer.ActiveHash = hash;
            records.PutBack(kept);
        };
    }

    public void AssertServes(GatewayRollout rollout) => Assert.Equal(rollout.ConfigHash, peer.ActiveHash);

    public void AssertNeverBetween(GatewayRollout wanted)
    {
        // It takes a configuration whole.
    }
}
