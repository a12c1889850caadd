using System;

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

    /// <summary>What becomes of a service.</summary>
    public required Func<GatewayService, ClosingVerdict> Judge { get; init; }

    /// <summary>Whether nothing made here may sell: then a gateway closes also what it cannot tell apart.</summary>
    public bool IsEverything { get; init; }

    /// <summary>Whether a service is open and must not be.</summary>
    /// <param name="service">The service as it is served.</param>
    /// <param name="isMadeHere">Whether it was made here.</param>
    internal bool Closes(GatewayService service, bool isMadeHere = true) => !service.IsClosed && Denies(service, isMadeHere);

    /// <summary>Whether a service must not be open.</summary>
    /// <param name="service">The service as it is served.</param>
    /// <param name="isMadeHere">Whether it was made here.</param>
    internal bool Denies(GatewayService service, bool isMadeHere = true) => Judge(service) switch
    {
        ClosingVerdict.Close => true,
        ClosingVerdict.CloseIfMadeHere => isMadeHere,
        _ => false,
    };
}
