using LightningOps.Gateway.Registry;

namespace LightningOps.PowerShell.Session;

/// <summary>The secret of a control plane that was read by reference. It is sent only to the addresses it was read for.</summary>
/// <param name="Reference">Its reference.</param>
/// <param name="Addresses">Base URLs of the Laravel internal API and of the Convex HTTP API at that time.</param>
internal sealed record ReferencedSecret(SecretReference Reference, (string? Api, string? Convex) Addresses)
{
    /// <summary>The secret, if the addresses are still those it was read for.</summary>
    /// <param name="now">The current addresses.</param>
    /// <param name="secret">The secret.</param>
    /// <exception cref="SecretBindingException">An address has changed.</exception>
    public string? Require((string? Api, string? Convex) now, string? secret) => now == Addresses
        ? secret
        : throw new SecretBindingException("the control plane", Reference.ToString(), Describe(Addresses), Describe(now), "If the change is yours, connect again with Connect-LightningOps -SecretReference.");

    private static string Describe((string? Api, string? Convex) addresses) =>
        addresses is (null, null) ? "no address" : addresses.Api is null ? addresses.Convex! : addresses.Convex is null ? addresses.Api : addresses.Api + " and " + addresses.Convex;
}
