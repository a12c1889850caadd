using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// An alternative of a path expression that matches no request, beside others that do: the second one of <c>^/a$|^b$</c>
/// (docs/reference/compile.md#diagnostics).
/// </summary>
internal static class IdleAlternative
{
    public const string Code = "alternative_unreachable";

    private const char Slash = '/';

    /// <summary>Whether the outermost alternatives of an expression have one.</summary>
    public static bool Exists(Re2Expression expression) => Re2Alternatives.FindWithout(expression.Root, Slash) is not null;

    /// <summary>The literal text that it begins with; null for another beginning.</summary>
    /// <param name="pattern">A path pattern that has one.</param>
    public static string? FindText(RoutePattern pattern) =>
        Re2Expression.TryParse(pattern.Expression, out var expression, out _) && Re2Alternatives.FindWithout(expression.Root, Slash) is { } found ? Re2Alternatives.FindText(found) : null;

    /// <summary>The rest of a sentence about the pattern.</summary>
    /// <param name="text">The literal text that the alternative begins with, or null.</param>
    public static string Explain(string? text) =>
        "has an alternative that matches no request, because every path begins with a slash and the alternative " + (text is null ? "does not" : "begins with " + text) + ": write the slash in each alternative, or remove this one";
}
