using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Gateway;

/// <summary>
/// Services that must not sell any more, whatever else is wanted of the gateway: they become closed services where they
/// stand (docs/reference/aperture.md#closed-service), all others stay as they are.
/// </summary>
public sealed record GatewayClosing
{
    /// <summary>Request that asked for it.</summary>
    public required string RequestId { get; init; }

    /// <summary>Deployment it is recorded as.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>What becomes of a service, given its owner as recorded at its last roll-out, or null.</summary>
    public required Func<GatewayService, string?, ClosingVerdict> Judge { get; init; }

    /// <summary>Whether nothing made here may sell: then a gateway closes also what it cannot tell apart.</summary>
    public bool IsEverything { get; init; }

    /// <summary>The same with what is known of the services of a gateway: who made them, and whose they are.</summary>
    internal GatewayClosing For(ServiceOrigins origins) => this with
    {
        Judge = (service, _) => Judge(service, origins.FindOwner(service.Name)) switch
        {
            ClosingVerdict.CloseIfMadeHere when !origins.IsMakerKnown => ClosingVerdict.OwnerUnknown,
            ClosingVerdict.CloseIfMadeHere => origins.IsMadeHere(service.Name) ? ClosingVerdict.Close : ClosingVerdict.Keep,
            ClosingVerdict.OwnerUnknown => origins.IsMadeHere(service.Name) ? ClosingVerdict.OwnerUnknown : ClosingVerdict.Keep,
            var verdict => verdict,
        },
    };

    /// <summary>Whether a service is open and must not be.</summary>
    internal bool Closes(GatewayService service) => !service.IsClosed && Denies(service);

    /// <summary>Whether a service must not be open.</summary>
    internal bool Denies(GatewayService service) => Judge(service, null) is ClosingVerdict.Close or ClosingVerdict.CloseIfMadeHere;

    /// <summary>Names of the services that are open and of which nobody knows whether they must be.</summary>
    internal IReadOnlyList<string> FindUndecided(GatewayState state)
    {
        var known = For(state.Origins);
        return (state.Services ?? []).Where(service => !service.IsClosed && known.Judge(service, null) == ClosingVerdict.OwnerUnknown).Select(service => service.Name).ToArray();
    }
}
