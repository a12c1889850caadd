using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Settlements;

namespace LightningOps.Smoke.Settlements;

/// <summary>
/// Tells the control plane of an invoice that is opened and paid, of the payment once more, of the opening once more,
/// and of an invoice that expires; its answers must be those of docs/reference/control-plane.md#store-rules.
/// </summary>
internal sealed class SettlementSmoke : ISmoke
{
    public SmokeName Name => SmokeName.Settlement;

    public ControlPlaneMode? DefaultMode => null;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var events = new SettlementSmokeEvents(request.RunMark);
        var outcomes = new List<IngestOutcome>();
        foreach (var told in new[] { events.Opened, events.Settled, events.Duplicate, events.LateOpen, events.Expired })
        {
            outcomes.Add(await SingleIngest.SendAsync(request.ControlPlane, told, cancellationToken).ConfigureAwait(false));
        }

        return SettlementSmokeResult.Of(outcomes, SettlementSmokeChecks.FirstFailure(outcomes, mustBeNew: request.RunMark is not null));
    }
}
