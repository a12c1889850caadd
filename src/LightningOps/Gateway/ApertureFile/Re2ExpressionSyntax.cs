using LightningOps.Compile.Languages;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Go RE2 as the compile knows it: both refuse the same expressions.</summary>
public sealed class Re2ExpressionSyntax : IExpressionSyntax
{
    /// <inheritdoc/>
    public string? Check(string pattern, out int position)
    {
        position = 0;
        if (Re2Expression.TryParse(pattern, out _, out var error))
        {
            return null;
        }

        position = error.Position;
        return error.Message;
    }
}
