namespace LightningOps.Gateway.Http;

/// <summary>How the challenge and the proxy check reach an Aperture the way its buyers do.</summary>
public sealed class SaleProbeOptions
{
    /// <summary>Base URL of Aperture's listener; the Host header is the probe route's. https, or http to a loopback address. Null skips both checks.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Reads the challenge; null makes the challenge check fail, for its amount cannot be told.</summary>
    public IChallengeReader? ChallengeReader { get; init; }

    /// <summary>Pays for the proxy check; null skips that check.</summary>
    public IProbePayer? Payer { get; init; }
}
