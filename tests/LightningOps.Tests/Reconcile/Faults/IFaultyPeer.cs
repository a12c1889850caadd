using System;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Reconcile.Faults;

/// <summary>A gateway's other end, behind a fault proxy.</summary>
internal interface IFaultyPeer
{
    /// <summary>Answers what gets past the proxy.</summary>
    Task<Reply> AnswerAsync(RecordedRequest request);

    /// <summary>A gateway that speaks to it.</summary>
    IGateway Open(string url, GatewayHttpOptions http);

    /// <summary>Remembers what it serves, and what is remembered here about it; the result puts both back.</summary>
    Action Remember();

    /// <summary>Fails unless it serves the roll-out whole.</summary>
    void AssertServes(GatewayRollout rollout);

    /// <summary>Fails when it ever served anything that belongs to neither.</summary>
    void AssertNeverBetween(GatewayRollout wanted);
}
