using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LightningOps.Compile.Languages;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Expressions must compile as Go RE2; the admin API takes at most 1,024 bytes of one.</summary>
internal sealed class ExpressionRules(ConfigFindings findings)
{
    private const int MaxAdminBytes = 1_024;
    private const int MaxRemembered = 10_000;

    private readonly HashSet<string> _compiling = new(StringComparer.Ordinal);

    /// <summary>Checks the host or path expression of a service.</summary>
    public void CheckRoute(Section service, string key)
    {
        var pattern = service.Text(key);
        Check(pattern, service.At(key), service.PathOf(key));
        if (Encoding.UTF8.GetByteCount(pattern) > MaxAdminBytes)
        {
            findings.Warn("expression_too_long", "the admin API takes expressions of at most 1,024 bytes, and this service can only be changed in the file: shorten it, or split the service", service.At(key), service.PathOf(key));
        }
    }

    /// <summary>Checks one expression.</summary>
    public void Check(string pattern, TextPosition at, string path)
    {
        if (pattern.Length == 0 || _compiling.Contains(pattern))
        {
            return;
        }

        if (!Re2Expression.TryParse(pattern, out _, out var error))
        {
            findings.Error(
                "expression_invalid",
                "Aperture stops at an expression that Go RE2 does not compile: " + error.Message + " (character " + (error.Position + 1).ToString(CultureInfo.InvariantCulture) + "); RE2 has no lookaround and no backreferences",
                at,
                path);
        }
        else if (_compiling.Count < MaxRemembered)
        {
            _compiling.Add(pattern);
        }
    }
}
