using System;

namespace LightningOps.Settings;

/// <summary>
/// A secret of the operator. Text, JSON and the debugger show three asterisks; it is revealed only when it is sent to
/// its service.
/// </summary>
public sealed class OperatorSecret
{
    private readonly Func<string> reveal;

    /// <summary>A secret from another place, for example a SecureString.</summary>
    /// <param name="reveal">Returns the secret; called once per use.</param>
    public OperatorSecret(Func<string> reveal) => this.reveal = reveal;

    /// <summary>A secret with a known value.</summary>
    public static OperatorSecret From(string value) => new(() => value);

    /// <summary>The secret.</summary>
    public string Reveal() => reveal();

    /// <summary>Three asterisks.</summary>
    public override string ToString() => "***";
}
