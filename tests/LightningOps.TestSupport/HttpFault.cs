namespace LightningOps.Tests.Support;

/// <summary>What a <see cref="FaultProxy"/> does to one request.</summary>
public enum HttpFault
{
    /// <summary>The connection goes before the peer has the request.</summary>
    DroppedBefore,

    /// <summary>The connection goes after the peer did what it was asked.</summary>
    DroppedAfter,

    /// <summary>500, and nothing was done.</summary>
    ErrorBefore,

    /// <summary>500, and it was done.</summary>
    ErrorAfter,

    /// <summary>429 with Retry-After, and nothing was done.</summary>
    TooMany,

    /// <summary>Half of the answer, after it was done.</summary>
    Truncated,

    /// <summary>No answer, and nothing was done.</summary>
    StalledBefore,

    /// <summary>No answer, after it was done.</summary>
    StalledAfter,
}
