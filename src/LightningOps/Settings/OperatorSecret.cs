using System;

namespace LightningOps.Settings;

/// <summary>
/// A secret of the operator. Text, JSON and the debugger show three asterisks; it is revealed only when it is sent to
/// its service.
/// </summary>
public sealed class OperatorSecret
{
    private readonly Func<string> reveal;

    /// <summary>A secret kept elsewhere, for example in a SecureString.</summary>
    /// <param name="reveal">Gives the secret, called once a use.</param>
    public OperatorSecret(Func<string> reveal) => this.reveal = reveal;

    /// <summary>A secret at hand.</summary>
    public static OperatorSecret From(string value) => new(() => value);

    /// <summary>The secret.</summary>
    public string Reveal() => reveal();

    /// <summary>Three asterisks.</summary>
    public override string ToString() => "***";
}
