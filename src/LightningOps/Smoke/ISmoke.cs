using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke;

/// <summary>A run of the service that proves one thing (docs/reference/smokes.md#smokes). One class a smoke.</summary>
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
