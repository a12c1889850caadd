using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>The style of the page, and its hash. The page's policy allows no other style.</summary>
internal static class StyleSheet
{
    public static string Text { get; } = Read();

    /// <summary>Source expression of a Content-Security-Policy (w3.org/TR/CSP3, hash-source).</summary>
    public static string Source { get; } = GetSource(Text);

    private static string Read()
    {
        using var stream = typeof(StyleSheet).Assembly.GetManifestResourceStream("LightningOps.Artifacts.Reports.Html.report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }

    private static string GetSource(string sheet)
    {
        using var sha = SHA256.Create();
        return "'sha256-" + Convert.ToBase64String(sha.ComputeHash(Encoding.UTF8.GetBytes(sheet))) + "'";
    }
}
