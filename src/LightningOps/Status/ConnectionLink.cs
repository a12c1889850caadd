namespace LightningOps.Status;

/// <summary>One link of a session and what a call over it found; no secret is in it.</summary>
public sealed record ConnectionLink
{
    /// <summary>Kind of the link.</summary>
    public required LinkKind Kind { get; init; }

    /// <summary>Mode of a control plane, name of a gateway or kind of a wallet.</summary>
    public required string Name { get; init; }

    /// <summary>The address that was called, or the file that was read.</summary>
    public required string Address { get; init; }

    /// <summary>How the call ended.</summary>
    public required LinkState State { get; init; }

    /// <summary>What was found, for people.</summary>
    public required string Found { get; init; }

    /// <summary>Bitcoin network: of a wallet as it reports it, of a gateway as registered; null when it is not known.</summary>
    public string? Network { get; init; }

    /// <summary>Stable code of what stands in the way; null for nothing.</summary>
    public string? Code { get; init; }

    /// <summary>What the operator can do; null for nothing.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the link can be used, as far as a call can show.</summary>
    public bool Ok => State == LinkState.Works;

    /// <summary>Kind, name, address and what was found.</summary>
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

/// <summary>How the call over a link ended.</summary>
public enum LinkState
{
    /// <summary>It answered as it should.</summary>
    Works,

    /// <summary>It did not answer, refused, or answered as it must not.</summary>
    Fails,

    /// <summary>It cannot be asked without doing something, or needs no connection; nothing is known of it.</summary>
    NotAsked,
}
