namespace LightningOps.L402.Client;

/// <summary>Something a client does; no secret is in it.</summary>
/// <param name="Name">challenge, looking_up, paying, paid, credential, answer, observability or warning.</param>
/// <param name="Text">What, for a person.</param>
public sealed record L402Step(string Name, string Text)
{
    /// <summary>Name of a step that the user should see without asking for it.</summary>
    public const string Warning = "warning";
}
