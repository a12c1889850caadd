using System;

namespace LightningOps.Smoke.Ep212;

/// <summary>A request an ep212 smoke makes.</summary>
internal sealed record Ep212Route
{
    /// <summary>Where it goes, as the result names it.</summary>
    public required string Url { get; init; }

    /// <summary>Host header other than that of the address.</summary>
    public string? HostHeader { get; init; }

    /// <summary>GET or POST.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>JSON body; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>What a credential is good for at the host.</summary>
    public required string Scope { get; init; }

    /// <summary>Request of the payment.</summary>
    public required string RequestId { get; init; }

    public Uri Address => new(Url);
}
