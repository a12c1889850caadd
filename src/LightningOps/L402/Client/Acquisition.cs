using System.Net.Http;
using LightningOps.L402.Credentials;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>What came of asking for a credential.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Paid">What was paid for it just now; null when it was there, or paid for earlier.</param>
/// <param name="Free">The answer, when nothing was asked for it: of the request that asked, and of no other.</param>
internal sealed record Acquisition(Purchase? Credential, Msats? Paid, HttpResponseMessage? Free)
{
    public static Acquisition Of(Purchase credential) => new(credential, null, null);

    public static Acquisition Of(HttpResponseMessage free) => new(null, null, free);
}
