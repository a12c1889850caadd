namespace LightningOps.Reconcile;

/// <summary>Which checks were made and good.</summary>
internal sealed record CheckProgress
{
    public bool HealthOk { get; init; }

    public bool ChallengeOk { get; init; }

    public bool ProxyOk { get; init; }
}
