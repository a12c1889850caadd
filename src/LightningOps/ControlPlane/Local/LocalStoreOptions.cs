using System;
using System.Security.Cryptography;

namespace LightningOps.ControlPlane.Local;

/// <summary>Where the local store is and how it is opened.</summary>
public sealed class LocalStoreOptions
{
    /// <summary>The SQLite file; made by the first write, with the folders it lacks, readable by this user only.</summary>
    public required string Path { get; init; }

    /// <summary>What may be done with the file.</summary>
    public StoreAccess Access { get; init; } = StoreAccess.Write;

    /// <summary>Clock of every time recorded.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Randomness of the ids made.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>Whether what is answered for is on the disk first; off only where the file is not to outlive a power failure.</summary>
    internal bool IsDurable { get; init; } = true;

    /// <summary>How long to wait for another process that writes.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
