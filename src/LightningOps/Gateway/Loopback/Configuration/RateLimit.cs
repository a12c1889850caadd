using LightningOps.Gateway.Loopback.Matching;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>One rate limit of a service (Aperture proxy/ratelimit_config.go).</summary>
/// <param name="Path">Which paths it counts; null for all.</param>
/// <param name="PerSecond">Requests that come back in a second.</param>
/// <param name="Burst">Requests there are at most.</param>
internal sealed record RateLimit(TextMatcher? Path, double PerSecond, long Burst)
{
    /// <summary>The expression's text: two limits that share it share a bucket.</summary>
    public string Key => Path?.Pattern ?? string.Empty;

    public bool Counts(string path) => Path is null || Path.IsMatch(path);
}
