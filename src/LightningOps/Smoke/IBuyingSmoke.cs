namespace LightningOps.Smoke;

/// <summary>A smoke that buys from L402 servers: it needs no control plane, and has a live mode.</summary>
public interface IBuyingSmoke : ISmoke
{
}
