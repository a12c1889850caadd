using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Reads values into the types of settings and reports what Aperture would refuse or change.</summary>
internal sealed class ValueReader(ConfigFindings findings, YamlValues nodes, ExpansionLimit limit)
{
    private static readonly Setting Refused = new(default, null, true);

    /// <summary>Whether the node is YAML's null, which leaves a setting at its default. An anchored or tagged null is read as a value.</summary>
    public bool IsNull(YamlNode node) => nodes.Resolve(node) is YamlScalarNode { Kind: YamlTokenKind.Null };

    /// <summary>Reads text, a Boolean, a number or a duration.</summary>
    public Setting Scalar(YamlNode node, SettingType type, string path)
    {
        var value = nodes.GetValue(nodes.Resolve(node));
        var setting = value.Kind switch
        {
            GoScalarKind.Collection => Mismatch(nodes.GetItems(node) is null ? "one value is expected here, not a mapping" : "one value is expected here, not a list", node.Position, path),
            GoScalarKind.Time => Mismatch("a time is not expected here: remove the tag", node.Position, path),
            GoScalarKind.Null when type.Kind is SettingKind.Text or SettingKind.NamedText or SettingKind.Flag => new Setting(node.Position, null),
            _ => type.Kind switch
            {
                SettingKind.Flag => Flag(value, node.Position, path),
                SettingKind.Number => Number(value, type, node.Position, path),
                SettingKind.Duration => Duration(value, node.Position, path),
                SettingKind.NamedText => NamedText(value, node.Position, path),
                _ => new Setting(node.Position, Text(value, node.Position, path)),
            },
        };
        if (setting.Value is string)
        {
            ReportFileTag(node, path);
        }

        return setting with { Position = node.Position };
    }

    /// <summary>Reads a list of texts.</summary>
    public Setting Texts(YamlNode node, string path)
    {
        if (nodes.GetItems(nodes.Resolve(node) ?? node) is not { } items)
        {
            return Mismatch("a list is expected here: start each item with \"- \"", node.Position, path) with { Position = node.Position };
        }

        limit.CountVisits(items.Count, node.Position);
        var texts = new List<TextItem>();
        for (var i = 0; i < items.Count; i++)
        {
            Add(texts, string.Empty, items[i], path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]");
        }

        return new Setting(node.Position, texts);
    }

    /// <summary>Reads a mapping of texts.</summary>
    public Setting TextMap(YamlNode node, string path, MappingEntries entries)
    {
        if (entries.GetTexts(nodes.Resolve(node) ?? node, path) is not { } found)
        {
            return Mismatch("names and values are expected here, each as \"name: value\" on an indented line of its own", node.Position, path) with { Position = node.Position };
        }

        var texts = new List<TextItem>();
        foreach (var entry in found)
        {
            Add(texts, entry.Key, entry.Value, path + "." + entry.Key);
        }

        return new Setting(node.Position, texts);
    }

    private Setting Mismatch(string message, TextPosition position, string path)
    {
        findings.Error("invalid_type", message, position, path);
        return Refused;
    }

    private void Add(List<TextItem> texts, string key, YamlNode node, string path)
    {
        var value = nodes.GetValue(nodes.Resolve(node));
        if (value.Kind is GoScalarKind.Collection or GoScalarKind.Time)
        {
            findings.Error("invalid_type", "text is expected here, not " + (value.Kind == GoScalarKind.Time ? "a time" : nodes.GetItems(node) is null ? "a mapping" : "a list"), node.Position, path);
            return;
        }

        ReportFileTag(node, path);
        texts.Add(new TextItem(key, value.Kind == GoScalarKind.Null ? string.Empty : Text(value, node.Position, path), node.Position, path));
    }

    private void ReportFileTag(YamlNode node, string path)
    {
        var tagged = nodes.Resolve(node);
        if ((tagged is YamlAnchorNode anchor ? anchor.Value : tagged) is YamlTagNode tag && tag.Token.Value.StartsWith("!file", System.StringComparison.Ordinal))
        {
            findings.Warn("file_reference_not_quoted", "without quotes \"!file\" is a YAML tag and Aperture does not send the value: put the whole value in single quotes", node.Position, path);
        }
    }

    private string Text(GoScalar value, TextPosition position, string path)
    {
        var text = value.AsText();
        if (value.Kind is not (GoScalarKind.Text or GoScalarKind.Bytes) && !string.Equals(text, value.Text, System.StringComparison.Ordinal))
        {
            findings.Warn("text_read_as_number", "without quotes this is read as a number or a Boolean and becomes \"" + text + "\": put it in quotes", position, path);
        }

        return text;
    }

    private Setting NamedText(GoScalar value, TextPosition position, string path)
    {
        if (value.Kind is GoScalarKind.Text or GoScalarKind.Bytes)
        {
            return new Setting(position, value.Text);
        }

        findings.Error("auth_not_text", "an unquoted number, true or false crashes Aperture here: write \"on\", \"off\" or \"freebie N\" in quotes", position, path);
        return Refused;
    }

    private Setting Flag(GoScalar value, TextPosition position, string path)
    {
        if (value.Kind == GoScalarKind.Bool)
        {
            return new Setting(position, value.Text[0] is 't' or 'T');
        }

        findings.Error("invalid_type", "true or false is expected here, without quotes; yes, no, on, off, 1 and 0 stop Aperture", position, path);
        return Refused;
    }

    private Setting Duration(GoScalar value, TextPosition position, string path)
    {
        if (value.Kind == GoScalarKind.Text && GoDuration.TryParse(value.Text, out var nanoseconds))
        {
            return new Setting(position, nanoseconds);
        }

        var message = value.Kind == GoScalarKind.Text
            ? "not a duration of Go: write numbers with the units ns, us, ms, s, m or h, for example 1m30s"
            : "a duration needs a unit, and a bare number stops Aperture, 0 as well: write for example 30s";
        findings.Error("invalid_duration", message, position, path);
        return Refused;
    }

    private Setting Number(GoScalar value, SettingType type, TextPosition position, string path)
    {
        switch (value.Kind)
        {
            case GoScalarKind.Integer:
                WarnOctal(value, position, path);
                return InRange(value.Integer, type, position, path);
            case GoScalarKind.Float:
                return Truncated(value.Float, isQuoted: false, type, position, path);
            case GoScalarKind.Text when GoNumber.TryFloat(value.Text, out var quoted):
                return quoted >= 0 && quoted <= ulong.MaxValue ? Truncated(quoted, isQuoted: true, type, position, path) : OutOfRange(type, position, path);
            case GoScalarKind.TaggedInteger:
                findings.Error("invalid_type", "Aperture cannot read a number with the tag !!int: remove the tag", position, path);
                return Refused;
            default:
                findings.Error("invalid_type", "a whole number is expected here, without quotes or a unit", position, path);
                return Refused;
        }
    }

    private Setting Truncated(double value, bool isQuoted, SettingType type, TextPosition position, string path)
    {
        const double Bound = 9223372036854775808d;
        if (double.IsNaN(value) || type.Min == 0 && value is < 0 or >= Bound || value > Bound && !isQuoted)
        {
            return OutOfRange(type, position, path);
        }

        if (value is >= Bound or < -Bound)
        {
            // Outside of 64 bits Go's conversion gives the lowest number on the processors Aperture is built for.
            return InRange(long.MinValue, type, position, path);
        }

        var whole = new BigInteger(value);
        if ((double)whole != value)
        {
            findings.Warn("number_truncated", "Aperture drops the fraction and uses " + whole.ToString(CultureInfo.InvariantCulture) + ": write a whole number", position, path);
        }

        return InRange(whole, type, position, path);
    }

    private Setting InRange(BigInteger value, SettingType type, TextPosition position, string path) =>
        value < type.Min || value > type.Max ? OutOfRange(type, position, path) : new Setting(position, (long)value);

    private Setting OutOfRange(SettingType type, TextPosition position, string path)
    {
        findings.Error(
            "out_of_range",
            "a number from " + type.Min.ToString(CultureInfo.InvariantCulture) + " to " + type.Max.ToString(CultureInfo.InvariantCulture) + " is expected here",
            position,
            path);
        return Refused;
    }

    private void WarnOctal(GoScalar value, TextPosition position, string path)
    {
        var text = value.Text.TrimStart('+', '-');
        if (text.Length > 1 && text[0] == '0' && text[1] is >= '0' and <= '9' or '_')
        {
            findings.Warn("octal_number", "a number that starts with 0 is octal for Aperture, here " + value.Integer.ToString(CultureInfo.InvariantCulture) + ": remove the 0", position, path);
        }
    }
}
