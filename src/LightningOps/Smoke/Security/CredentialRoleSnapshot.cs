namespace LightningOps.Smoke.Security;

/// <summary>Where one credential role stands.</summary>
/// <param name="Role">Role.</param>
/// <param name="Status">State.</param>
/// <param name="Version">Counts rotations, from 1.</param>
public sealed record CredentialRoleSnapshot(string Role, string Status, long Version);
