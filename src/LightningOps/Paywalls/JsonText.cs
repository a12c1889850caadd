namespace LightningOps.Paywalls;

/// <summary>A JSON value that passes through untouched (metadata, details), kept as its text.</summary>
/// <param name="Value">The JSON text of one value, without surrounding white space.</param>
public sealed record JsonText(string Value)
{
    /// <summary>The JSON text.</summary>
    public override string ToString() => Value;
}
