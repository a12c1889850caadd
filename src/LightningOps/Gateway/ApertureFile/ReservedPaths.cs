using System;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// The paths of the admin API and its dashboard, which the API refuses to services (Aperture admin/server.go).
/// Decides for expressions that are a literal, anchored or not, and what may follow it; says nothing of others.
/// </summary>
internal static class ReservedPaths
{
    private static readonly string[] Paths = { "/api/admin/", "/api/proxy/", "/_next/" };

    /// <summary>Whether the expression matches a reserved path.</summary>
    public static bool AreMatchedBy(string pathExpression)
    {
        if (pathExpression.Length == 0)
        {
            return true;
        }

        var isAnchored = pathExpression[0] == '^';
        var literal = LiteralAt(pathExpression, isAnchored ? 1 : 0, out var rest);
        return rest switch
        {
            "" or ".*" or ".*$" => Paths.Any(path => isAnchored ? path.StartsWith(literal, StringComparison.Ordinal) : path.Contains(literal)),
            "$" => Paths.Any(path => isAnchored ? string.Equals(path, literal, StringComparison.Ordinal) : path.EndsWith(literal, StringComparison.Ordinal)),
            _ => false,
        };
    }

    private static string LiteralAt(string expression, int index, out string rest)
    {
        var literal = new StringBuilder();
        while (index < expression.Length)
        {
            var character = expression[index];
            var isEscape = character == '\\' && index + 1 < expression.Length && !char.IsLetterOrDigit(expression[index + 1]);
            if (!isEscape && @"\.+*?()|[]{}^$".IndexOf(character) >= 0)
            {
                break;
            }

            var length = isEscape ? 2 : 1;
            if (index + length < expression.Length && "*+?{".IndexOf(expression[index + length]) >= 0)
            {
                break;
            }

            literal.Append(expression[index + length - 1]);
            index += length;
        }

        rest = expression.Substring(index);
        return literal.ToString();
    }
}
