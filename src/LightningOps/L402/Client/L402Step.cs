namespace LightningOps.L402.Client;

/// <summary>Something a client does; no secret is in it.</summary>
/// <param name="Name">challenge, looking_up, paying, paid, credential, answer or observability.</param>
/// <param name="Text">What, for a person.</param>
public sealed record L402Step(string Name, string Text);
