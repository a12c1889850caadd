using System;
using System.Security.Cryptography;

namespace LightningOps.L402.Credentials;

/// <summary>Where bought credentials are kept.</summary>
public sealed class CredentialStoreOptions
{
    /// <summary>The SQLite file; made, with the folders it lacks, readable by this user only. Its key is beside it, with <c>.key</c> behind its name.</summary>
    public required string Path { get; init; }

    /// <summary>Clock of every time recorded.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Randomness of the names of purchases.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>How long to wait for another process that writes.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether what is recorded is on the disk before anything is paid.</summary>
    internal bool IsDurable { get; init; } = true;

    /// <summary>How soon it is seen what other processes have written, where a credential is in memory.</summary>
    internal TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Whether a process of this machine still runs.</summary>
    internal Func<int, bool> IsAlive { get; init; } = Reconcile.Leases.ProcessIdentity.IsAlive;
}
