namespace LightningOps.Gateway;

/// <summary>One member of a service, before and after.</summary>
/// <param name="Member">Name of the member as in aperture.yaml.</param>
/// <param name="OldValue">Value served now.</param>
/// <param name="NewValue">Value wanted.</param>
public sealed record MemberChange(string Member, string OldValue, string NewValue);
