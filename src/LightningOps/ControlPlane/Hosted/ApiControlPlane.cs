namespace LightningOps.ControlPlane.Hosted;

/// <summary>The control plane of the Laravel internal API (docs/reference/control-plane.md#api).</summary>
public sealed class ApiControlPlane : HostedControlPlane
{
    /// <summary>Prepares calls; nothing is sent yet.</summary>
    /// <param name="options">Where it is and how it is reached.</param>
    /// <exception cref="ConfigException">The base URL is malformed, or plain http to another machine.</exception>
    public ApiControlPlane(HostedControlPlaneOptions options)
        : base(new ApiTransport(options))
    {
    }
}
