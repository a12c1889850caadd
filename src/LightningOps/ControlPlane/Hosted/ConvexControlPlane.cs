namespace LightningOps.ControlPlane.Hosted;

/// <summary>The control plane of the Convex HTTP API (docs/reference/control-plane.md#convex).</summary>
public sealed class ConvexControlPlane : HostedControlPlane
{
    /// <summary>Prepares calls; nothing is sent yet.</summary>
    /// <param name="options">Where it is and how it is reached.</param>
    /// <exception cref="ConfigException">The base URL is malformed, or plain http to another machine.</exception>
    public ConvexControlPlane(HostedControlPlaneOptions options)
        : base(new ConvexTransport(options))
    {
    }
}
