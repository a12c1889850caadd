using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Records;

/// <summary>
/// Remembers what a gateway does not tell itself: whose services are whose and which deployment they are (an Aperture's
/// admin API), or which services it has (the ops endpoints).
/// </summary>
public interface IGatewayRecords : IDisposable
{
    /// <summary>The record of a gateway; an empty one when there is none.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="GatewayException">The record cannot be read: whose services are whose is not known.</exception>
    Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Replaces the record of a gateway, whole.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="record">What is to be remembered.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="GatewayException">The record cannot be written.</exception>
    Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken);
}
