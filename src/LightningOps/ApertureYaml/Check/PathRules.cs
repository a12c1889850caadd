using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The paths of the admin API and its dashboard, which the API refuses to services (Aperture admin/server.go).</summary>
internal static class ReservedPathExpressions
{
    /// <summary>The beginnings of Aperture's reserved paths (Aperture admin/server.go, reservedPaths).</summary>
    public static readonly string[] Stems = ["/api/admin/", "/api/proxy/", "/_next/"];

    /// <summary>Whether the expression matches a reserved path. A missing expression matches every path, an invalid one none.</summary>
    public static bool AreMatchedBy(string pathExpression)
    {
        if (pathExpression.Length == 0)
        {
            return true;
        }

        if (!Re2Expression.TryParse(pathExpression, out var expression, out _))
        {
            return false;
        }

        var language = RegularLanguage.FromExpression(expression);
        return Stems.Any(language.Matches) && language.MatchesExactly;
    }
}

/// <summary>The prefix of a rewrite, as Go's url.Parse and Service.prepareRewrite judge it.</summary>
internal static class RewritePrefix
{
    /// <summary>Whether Aperture accepts the prefix.</summary>
    public static bool IsAbsolutePath(string prefix) =>
        GoUrl.TryParse(prefix) is { Scheme.Length: 0, Host.Length: 0, Query.Length: 0, Fragment.Length: 0 } url && url.Path.StartsWith("/", StringComparison.Ordinal);
}

/// <summary>Expressions must compile as Go RE2; the admin API accepts at most 1,024 bytes.</summary>
internal sealed class ExpressionRules(ConfigFindings findings)
{
    private const int MaxAdminBytes = 1_024;
    private const int MaxRemembered = 10_000;

    private readonly HashSet<string> compiling = new(StringComparer.Ordinal);

    /// <summary>Checks the host or path expression of a service.</summary>
    public void CheckRoute(Section service, string key)
    {
        var pattern = service.Text(key);
        Check(pattern, service.At(key), service.GetPath(key));
        if (Encoding.UTF8.GetByteCount(pattern) > MaxAdminBytes)
        {
            findings.Warn("expression_too_long", "the admin API accepts expressions of at most 1,024 bytes, so this service can be changed only in the file: shorten the expression, or split the service", service.At(key), service.GetPath(key));
        }
    }

    /// <summary>Checks one expression.</summary>
    public void Check(string pattern, TextPosition at, string path)
    {
        if (pattern.Length == 0 || compiling.Contains(pattern))
        {
            return;
        }

        if (!Re2Expression.TryParse(pattern, out var expression, out var error))
        {
            findings.Error(
                "expression_invalid",
                "Aperture stops at an expression that Go RE2 does not compile: " + error.Message + " (character " + (error.Position + 1).ToString(CultureInfo.InvariantCulture) + "); RE2 has no lookaround and no backreferences",
                at,
                path);
        }
        else if (expression.ScriptOfSeveralWords is { } script)
        {
            findings.Warn("script_class_refused", "Aperture built with Go 1.26 rejects script names of several words, such as \\p{" + script + "}, and does not start: name the characters, or use a script of one word", at, path);
        }
        else if (compiling.Count < MaxRemembered)
        {
            compiling.Add(pattern);
        }
    }
}
