using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Headers that may hold a secret. Their value is a reference, because an aperture.yaml is shown, kept and sent. Beside
/// references there may only be an authentication scheme, separators and the name of a cookie.
/// </summary>
internal static class HeaderSecrets
{
    private const string Scheme = "(?:(?:basic|bearer|token|digest|apikey|api-key|key|macaroon|l402|lsat|payment|negotiate)[ \t]+)?";
    private const string Variable = @"\$\{[A-Za-z_][A-Za-z0-9_]*\}";
    private const string Separators = "[ \t:;,.|&=/\"'_-]*";
    private const string CookieName = "(?:[!#%&'*+.^_`|~0-9A-Za-z-]+=(?=\"?\\$\\{))?";
    private static readonly string[] Names = ["authorization", "proxy-authorization", "cookie"];
    private static readonly string[] Words = ["key", "token", "secret", "macaroon", "password", "passphrase", "credential"];
    private static readonly Regex File = new(@"\A!file\+(hex|base64):[^:]+\z", RegexOptions.CultureInvariant);
    private static readonly Regex AnyReference = new(Variable, RegexOptions.CultureInvariant);
    private static readonly Regex References = new(@"\A[ \t]*" + Scheme + Separators + "(?:" + Variable + Separators + @")+\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    private static readonly Regex Cookies = new(@"\A[ \t]*" + CookieName + "\"?" + Variable + "\"?(?:;[ \t]*" + CookieName + "\"?" + Variable + "\"?)*;?[ \t]*\\z", RegexOptions.CultureInvariant);

    /// <summary>Whether a value is a reference to a file.</summary>
    public static bool IsFile(string value) => File.IsMatch(value);

    /// <summary>What is wrong with a header whose name is that of a secret: a clause without its value; null if nothing is.</summary>
    public static string? FindFault(string name, string value)
    {
        if (!IsSecret(name) || IsFile(value) || References.IsMatch(value) || (name.Equals("cookie", StringComparison.OrdinalIgnoreCase) && Cookies.IsMatch(value)))
        {
            return null;
        }

        return AnyReference.IsMatch(value)
            ? "has text beside a reference, which may be a part of a secret: put the whole value into the variable; only an authentication scheme such as Basic or Bearer, separators and the name of a cookie may be written beside it"
            : "may be a secret and must be a reference: write ${NAME} for an environment variable of Aperture, or !file+hex:PATH or !file+base64:PATH";
    }

    private static bool IsSecret(string name)
    {
        var lower = name.ToLowerInvariant();
        return Names.Contains(lower) || Words.Any(word => lower.IndexOf(word, StringComparison.Ordinal) >= 0);
    }
}
