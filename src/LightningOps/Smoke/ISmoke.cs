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

    /// <summary>Mode it runs in when none is chosen; null for that of the session.</summary>
    ControlPlaneMode? DefaultMode { get; }

    /// <summary>
    /// Whether it rolls out to <see cref="SmokeRequest.Gateway"/>. One that also has a scratch store makes a gateway of its
    /// own in Local mode.
    /// </summary>
    bool NeedsGateway { get; }

    /// <summary>
    /// Whether it sets what an operator's paywalls depend on, or records what never happened: in Local mode it then runs
    /// in a store of its own, beside the operator's.
    /// </summary>
    bool UsesScratchStore { get; }

    /// <summary>Runs the smoke.</summary>
    /// <param name="request">What it runs against.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The result, of a record of its own for each smoke; a check that was not made is never reported as passed.</returns>
    /// <exception cref="LightningOpsException">The run could not be made.</exception>
    Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken);
}

/// <summary>A smoke that buys from L402 servers: it needs no control plane, and has a live mode.</summary>
public interface IBuyingSmoke : ISmoke
{
}

/// <summary>Common members of all smoke results.</summary>
public interface ISmokeResult
{
    /// <summary>Whether every check ran and passed.</summary>
    bool Ok { get; }

    /// <summary>Why it is not, in a few words without a secret, or null; no member of the JSON.</summary>
    string? FailureReason { get; }
}

/// <summary>Result of a smoke that also writes artifacts.</summary>
public interface IWrittenSmokeResult : ISmokeResult
{
    /// <summary>Why it could not be written down, or null; no member of the JSON, and nothing about how the smoke ended.</summary>
    ArtifactFolderException? Unwritten { get; }
}
