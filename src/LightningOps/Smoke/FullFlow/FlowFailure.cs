using System;

namespace LightningOps.Smoke.FullFlow;

/// <summary>Why a flow of checks ended before its end.</summary>
/// <param name="Check">The check that did not pass.</param>
/// <param name="Code">Stable code: <c>full_flow_local_artifact_missing</c>, a reconcile's failure code, a denial's, the tag of a failed call, <c>cancelled</c>.</param>
/// <param name="Reason">What was found, without a secret.</param>
public sealed record FlowFailure(string Check, string Code, string Reason)
{
    internal static FlowFailure Of(string check, Exception failure) => failure switch
    {
        FlowCheckException own => new(check, own.Tag, own.Reason),
        LightningOpsException domain => new(check, domain.Tag, domain.Message),
        _ => new(check, "cancelled", "The run was stopped."),
    };
}
