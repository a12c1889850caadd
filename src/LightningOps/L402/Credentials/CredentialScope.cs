namespace LightningOps.L402.Credentials;

/// <summary>What a credential is good for: at most one is bought for each at a time (docs/reference/l402.md#credential-cache).</summary>
/// <param name="Host">
/// Host that sells, in lower case, with the port where it is not 443; always with it over plain http. A request sent to
/// another address than its Host header says has that address behind an at sign.
/// </param>
/// <param name="Scope">The part of the host it is good for: the path, unless the caller names another.</param>
public sealed record CredentialScope(string Host, string Scope)
{
    /// <summary>Host and scope.</summary>
    public override string ToString() => Host + " " + Scope;
}
