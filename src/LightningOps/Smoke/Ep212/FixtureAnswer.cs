namespace LightningOps.Smoke.Ep212;

/// <summary>An answer of the mock shop.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Json">The body.</param>
/// <param name="Challenge">Value of WWW-Authenticate; null for none.</param>
internal sealed record FixtureAnswer(int StatusCode, string Json, string? Challenge = null);
