using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>
/// A control plane that reports changes of its paywalls and switches, so that a watch can reconcile before its period
/// ends. Other control planes are read once per period.
/// </summary>
public interface IChangeNotifier
{
    /// <summary>
    /// Waits for the next change. A change made since the previous call ended, or since the first call, is not lost: the call
    /// then returns at once. It may also return without a change; the caller reads the control plane either way.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ControlPlaneTransportException">The control plane cannot report changes now; the caller waits for its period instead.</exception>
    Task WaitForChangeAsync(CancellationToken cancellationToken);
}
