using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>Carries calls to a hosted control plane: the envelope of one backend, the secret, tries and time limits.</summary>
internal interface IControlPlaneTransport : IDisposable
{
    /// <summary>The JSON of the function's answer, out of its envelope.</summary>
    /// <exception cref="ControlPlaneTransportException">The backend cannot be reached or refuses.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(ControlPlaneCall call, CancellationToken cancellationToken);
}
