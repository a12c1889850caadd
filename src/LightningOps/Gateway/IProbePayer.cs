using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway;

/// <summary>Buys at the probe route, for a proxy check that is made and not skipped.</summary>
public interface IProbePayer
{
    /// <summary>Pays the challenge.</summary>
    /// <param name="challenge">Value of WWW-Authenticate; its amount was checked against the rule's price.</param>
    /// <param name="route">What is bought.</param>
    /// <param name="cancellationToken">Ends the wait; a payment under way may still settle.</param>
    /// <returns>The Authorization header to send.</returns>
    /// <exception cref="LightningOpsException">It was not paid, or not provably.</exception>
    Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken);
}
