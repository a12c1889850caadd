namespace LightningOps.Gateway.ApertureFile;

/// <summary>Stand-in.</summary>
public sealed class Re2ExpressionSyntax : IExpressionSyntax
{
    /// <inheritdoc/>
    public string? Check(string pattern, out int position)
    {
        position = 0;
        return null;
    }
}
