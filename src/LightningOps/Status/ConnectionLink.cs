namespace LightningOps.Status;

/// <summary>One link of a session with the result of a call; without secrets.</summary>
public sealed record ConnectionLink
{
    /// <summary>Kind of the link.</summary>
    public required LinkKind Kind { get; init; }

    /// <summary>Mode of a control plane, name of a gateway or kind of a wallet.</summary>
    public required string Name { get; init; }

    /// <summary>The address that was called, or the file that was read.</summary>
    public required string Address { get; init; }

    /// <summary>Outcome of the call.</summary>
    public required LinkState State { get; init; }

    /// <summary>The finding, for people.</summary>
    public required string Found { get; init; }

    /// <summary>Bitcoin network: reported by a wallet, registered for a gateway; null if unknown.</summary>
    public string? Network { get; init; }

    /// <summary>Stable code of the problem; null for none.</summary>
    public string? Code { get; init; }

    /// <summary>Recommended action; null for none.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the link is usable, as far as a call can show.</summary>
    public bool Ok => State == LinkState.Works;

    /// <summary>Kind, name, address and finding.</summary>
    public override string ToString() => Kind + " " + Name + " (" + Address + "): " + Found;
}

/// <summary>Kinds of links.</summary>
public enum LinkKind
{
    /// <summary>The control plane.</summary>
    ControlPlane,

    /// <summary>An endpoint of a gateway.</summary>
    Gateway,

    /// <summary>A wallet that pays.</summary>
    Payer,
}

/// <summary>Outcome of a call of a link.</summary>
public enum LinkState
{
    /// <summary>It answered correctly.</summary>
    Works,

    /// <summary>It did not answer, refused, or gave an invalid answer.</summary>
    Fails,

    /// <summary>It cannot be called without side effects, or needs no connection; its state is unknown.</summary>
    NotAsked,
}
