namespace LightningOps.Gateway.ApertureFile;

/// <summary>Knows whether an expression compiles as Go RE2, the syntax of Aperture's host and path expressions.</summary>
public interface IExpressionSyntax
{
    /// <summary>Checks one expression.</summary>
    /// <param name="pattern">The expression's text.</param>
    /// <param name="position">Index of the offending character in UTF-16 units, 0 when the expression compiles.</param>
    /// <returns>Null when it compiles, else what is wrong with it.</returns>
    string? Check(string pattern, out int position);
}
