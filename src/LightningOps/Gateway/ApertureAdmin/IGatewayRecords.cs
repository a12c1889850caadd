namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Remembers what was made on an Aperture that itself keeps no deployments: whose services are whose, and which deployment they are.</summary>
public interface IGatewayRecords
{
    /// <summary>The record of a gateway; an empty one when there is none.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <exception cref="GatewayException">The record cannot be read: whose services are whose is not known.</exception>
    GatewayRecord Read(string gateway);

    /// <summary>Replaces the record of a gateway, whole.</summary>
    /// <exception cref="GatewayException">The record cannot be written.</exception>
    void Write(string gateway, GatewayRecord record);
}
