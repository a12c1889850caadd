using System;
using System.Globalization;
using System.Numerics;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// A scalar as Aperture's YAML reader (goccy/go-yaml 1.15) types it: YAML 1.2 words, so that <c>yes</c>, <c>on</c>
/// and <c>off</c> are text, but numbers with underscores and a leading 0 for octal.
/// </summary>
internal readonly record struct GoScalar(GoScalarKind Kind, string Text, BigInteger Integer, double Float)
{
    /// <summary>Types a scalar.</summary>
    public static GoScalar Of(ScalarNode node)
    {
        var written = node.IsPlain ? Plain(node.Text) : OfText(node.Text);
        return node.Tag switch
        {
            "tag:yaml.org,2002:str" => OfText(written.Kind == GoScalarKind.Null ? string.Empty : written.AsText()),
            "tag:yaml.org,2002:null" => new GoScalar(GoScalarKind.Null, node.Text, default, 0),
            "tag:yaml.org,2002:bool" => Plain(node.Text.ToLowerInvariant() switch { "yes" or "1" or "t" => "true", "no" or "0" or "f" => "false", var word => word }),
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" => Plain(node.Text),
            _ => written,
        };
    }

    /// <summary>The text a text setting receives: numbers and words are rewritten the way Go prints them.</summary>
    public string AsText() => Kind switch
    {
        GoScalarKind.Bool => Text.ToLowerInvariant(),
        GoScalarKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        GoScalarKind.Float when Math.Abs(Float) is 0 or >= 1e-4 and < 1e15 => Float.ToString("0.################", CultureInfo.InvariantCulture),
        _ => Text,
    };

    private static GoScalar OfText(string text) => new(GoScalarKind.Text, text, default, 0);

    private static GoScalar Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return new GoScalar(GoScalarKind.Null, text, default, 0);
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return new GoScalar(GoScalarKind.Bool, text, default, 0);
            case ".inf" or ".Inf" or ".INF":
                return new GoScalar(GoScalarKind.Float, text, default, double.PositiveInfinity);
            case "-.inf" or "-.Inf" or "-.INF":
                return new GoScalar(GoScalarKind.Float, text, default, double.NegativeInfinity);
            case ".nan" or ".NaN" or ".NAN":
                return new GoScalar(GoScalarKind.Float, text, default, double.NaN);
            default:
                return text.Length <= GoNumber.MaxLength && GoNumber.TryParse(text, out var number) ? number : OfText(text);
        }
    }
}

/// <summary>The types of <see cref="GoScalar"/>.</summary>
internal enum GoScalarKind
{
    Null,
    Bool,
    Integer,
    Float,
    Text,
}
