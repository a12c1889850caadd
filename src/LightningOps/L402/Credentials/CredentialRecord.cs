namespace LightningOps.L402.Credentials;

/// <summary>What the store knows of one host and scope.</summary>
/// <param name="credential">The newest that was paid for and is not known to be refused for good; with its secret.</param>
/// <param name="unfinished">A purchase of which it is not known how it ended; with its secret.</param>
internal sealed class CredentialRecord(Purchase? credential, Purchase? unfinished)
{
    /// <summary>The newest that was paid for and is not known to be refused for good; with its secret.</summary>
    public Purchase? Credential => credential;

    /// <summary>A purchase of which it is not known how it ended; with its secret.</summary>
    public Purchase? Unfinished => unfinished;
}
