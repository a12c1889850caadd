namespace LightningOps.L402.Credentials;

/// <summary>What the store knows of one host and scope.</summary>
/// <param name="Credential">The newest that was paid for and is not known to be refused for good; with its secret.</param>
/// <param name="Unfinished">A purchase of which it is not known how it ended; with its secret.</param>
internal sealed record CredentialRecord(Purchase? Credential, Purchase? Unfinished);
