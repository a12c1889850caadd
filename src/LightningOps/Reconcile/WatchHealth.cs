using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using LightningOps.Files;
using LightningOps.Json;

namespace LightningOps.Reconcile;

/// <summary>State of a watch and outcome of its last pass: the content of its health file.</summary>
public sealed record WatchHealth
{
    /// <summary>Its state.</summary>
    public required WatchState State { get; init; }

    /// <summary>Process id of the watch.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the watch began, Unix milliseconds.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>When this was written, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>Time between the beginnings of two passes, seconds.</summary>
    public required double IntervalSeconds { get; init; }

    /// <summary>Number of passes that have ended.</summary>
    public long Passes { get; init; }

    /// <summary>Number of passes that failed since the last that succeeded.</summary>
    public long FailuresInARow { get; init; }

    /// <summary>When the last pass ended, Unix milliseconds; null before the first.</summary>
    public long? LastPassAtMs { get; init; }

    /// <summary>When a pass last ended with every gateway as desired, Unix milliseconds; null if none has.</summary>
    public long? LastSuccessAtMs { get; init; }

    /// <summary>When a pass last found no denied service open on any gateway, Unix milliseconds; null if none has.</summary>
    public long? LastClosedAtMs { get; init; }

    /// <summary>The gateways after the last pass.</summary>
    public IReadOnlyList<WatchedGateway> Gateways { get; init; } = [];

    /// <summary>Reads a health file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content; null with the reason if it cannot be read.</returns>
    public static (WatchHealth? Health, string? Trouble) TryRead(string path)
    {
        try
        {
            var health = JsonSerializer.Deserialize<WatchHealth>(File.ReadAllBytes(path), ArtifactJson.Options);
            return health is null ? (null, path + " is not a health file") : (health, null);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return (null, path + " is not a health file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }
    }

    /// <summary>Replaces the file atomically.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    internal void Write(string path) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(this, indented: true) + "\n"));
}

/// <summary>One gateway after a pass of a watch.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="Outcome">Outcome of the pass there.</param>
/// <param name="Code">Failure code; null if there is none.</param>
public sealed record WatchedGateway(string Gateway, WatchOutcome Outcome, string? Code)
{
    /// <summary>The other watch that leads the gateway; null if this one does.</summary>
    public string? Leader { get; init; }
}

/// <summary>Outcome of a pass of a watch at one gateway.</summary>
public enum WatchOutcome
{
    /// <summary>The gateway already served the desired configuration.</summary>
    InSync,

    /// <summary>A roll-out brought it to the desired configuration.</summary>
    RolledOut,

    /// <summary>The desired configuration is written; it is not known whether the gateway has loaded it.</summary>
    Written,

    /// <summary>The roll-out failed.</summary>
    Failed,

    /// <summary>An earlier roll-out of the same configuration failed; the next one is not due yet.</summary>
    Deferred,

    /// <summary>Another watch leads the gateway; this one takes over when it ends.</summary>
    Standby,

    /// <summary>It was not reached, because the watch was stopped or an earlier gateway failed.</summary>
    NotReached,
}

/// <summary>State of a watch.</summary>
public enum WatchState
{
    /// <summary>A pass is running.</summary>
    Reconciling,

    /// <summary>It waits for the next pass.</summary>
    Waiting,

    /// <summary>It has ended.</summary>
    Stopped,
}
