using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Files;

namespace LightningOps.Smoke;

/// <summary>An end-to-end check of one capability (docs/reference/smokes.md#smokes). One class per smoke.</summary>
public interface ISmoke
{
    /// <summary>Name of the smoke.</summary>
    SmokeName Name { get; }

    /// <summary>Default mode; null for that of the session.</summary>
    ControlPlaneMode? DefaultMode { get; }

    /// <summary>
    /// Whether it rolls out to <see cref="SmokeRequest.Gateway" />. A smoke that also has a scratch store creates its
    /// own gateway in Local mode.
    /// </summary>
    bool NeedsGateway { get; }

    /// <summary>
    /// Whether it changes settings that an operator's paywalls depend on, or records events that never happened. In
    /// Local mode it then runs in a separate store beside the operator's.
    /// </summary>
    bool UsesScratchStore { get; }

    /// <summary>Runs the smoke.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The result, of a separate type for each smoke. A skipped check is never reported as passed.</returns>
    /// <exception cref="LightningOpsException">The smoke could not run.</exception>
    Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken);
}

/// <summary>A smoke that buys from L402 servers. It needs no control plane, and has a live mode.</summary>
public interface IBuyingSmoke : ISmoke
{
}

/// <summary>Common members of all smoke results.</summary>
public interface ISmokeResult
{
    /// <summary>Whether every check ran and passed.</summary>
    bool Ok { get; }

    /// <summary>Why it failed, briefly and without a secret, or null; not part of the JSON.</summary>
    string? FailureReason { get; }
}

/// <summary>Result of a smoke that also writes artifacts.</summary>
public interface IWrittenSmokeResult : ISmokeResult
{
    /// <summary>Why its artifacts could not be written, or null; not part of the JSON, and without effect on the outcome.</summary>
    ArtifactFolderException? Unwritten { get; }
}
