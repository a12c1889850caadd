namespace LightningOps.Smoke.Ep212;

/// <summary>A route of the mock shop, with the values of the recorded smokes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Method">The one method it takes.</param>
/// <param name="Invoice">Its invoice, which is not BOLT 11.</param>
/// <param name="Token">Its token.</param>
/// <param name="PriceMsats">Its price, millisatoshis.</param>
/// <param name="Content">What it sells, JSON; null for what is never sold.</param>
internal sealed record FixtureRoute(string Path, string Method, string Invoice, string Token, long PriceMsats, string? Content);
