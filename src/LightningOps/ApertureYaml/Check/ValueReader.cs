using System.Collections.Generic;
using System.Globalization;
using System.Numerics;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Reads values into the types of settings and reports values that Aperture would refuse or change.</summary>
internal sealed class ValueReader(ConfigFindings findings, ExpansionLimit limit)
{
    private static readonly Setting Refused = new(default, null, true);

    /// <summary>Whether the node is YAML's null, which keeps the default of a setting.</summary>
    public static bool IsNull(ConfigNode node) => node.Target is ScalarNode scalar && GoScalar.From(scalar).Kind == GoScalarKind.Null;

    /// <summary>Reads text, a Boolean, a number or a duration.</summary>
    public Setting Scalar(ConfigNode node, SettingType type, string path)
    {
        if (node.Target is not ScalarNode scalar)
        {
            findings.Error("invalid_type", "one value is expected here, not " + (node.Target is SequenceNode ? "a list" : "a mapping"), node.Position, path);
            return Refused with { Position = node.Position };
        }

        var value = GoScalar.From(scalar);
        var setting = type.Kind switch
        {
            SettingKind.Flag => Flag(value, node.Position, path),
            SettingKind.Number when scalar.Tag == "tag:yaml.org,2002:int" => Tagged(node.Position, path),
            SettingKind.Number => Number(value, type, node.Position, path),
            SettingKind.Duration => Duration(value, node.Position, path),
            SettingKind.NamedText => NamedText(value, node.Position, path),
            _ => new Setting(node.Position, Text(value, node.Position, path)),
        };
        return setting with { Position = node.Position };
    }

    /// <summary>Reads a list of texts.</summary>
    public Setting Texts(ConfigNode node, string path)
    {
        if (node.Target is not SequenceNode sequence)
        {
            findings.Error("invalid_type", "a list is expected here: start each item with \"- \"", node.Position, path);
            return Refused with { Position = node.Position };
        }

        limit.CountVisits(sequence.Items.Count, node.Position);
        var texts = new List<TextItem>();
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            Add(texts, string.Empty, sequence.Items[i], path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]");
        }

        return new Setting(node.Position, texts);
    }

    /// <summary>Reads a mapping of texts.</summary>
    public Setting TextMap(ConfigNode node, string path, MappingEntries entries)
    {
        if (node.Target is not MappingNode mapping || mapping.Tag is not null)
        {
            findings.Error("invalid_type", "names and values are expected here, each as \"name: value\" on an indented line of its own", node.Position, path);
            return Refused with { Position = node.Position };
        }

        var texts = new List<TextItem>();
        foreach (var (key, value) in entries.GetEntries(mapping, path, mayOverride: true))
        {
            Add(texts, key.Text, value, path + "." + key.Text);
        }

        return new Setting(node.Position, texts);
    }

    private void Add(List<TextItem> texts, string key, ConfigNode node, string path)
    {
        if (node.Target is not ScalarNode scalar)
        {
            findings.Error("invalid_type", "text is expected here, not " + (node.Target is SequenceNode ? "a list" : "a mapping"), node.Position, path);
            return;
        }

        ReportFileTag(scalar, node.Position, path);
        var value = GoScalar.From(scalar);
        texts.Add(new TextItem(key, value.Kind == GoScalarKind.Null ? string.Empty : Text(value, node.Position, path), node.Position, path));
    }

    private void ReportFileTag(ScalarNode scalar, TextPosition position, string path)
    {
        if (scalar.Tag is not null && scalar.Tag.StartsWith("!file", System.StringComparison.Ordinal))
        {
            findings.Warn("file_reference_not_quoted", "without quotes \"!file\" is a YAML tag and Aperture does not send the value: put the whole value in single quotes", position, path);
        }
    }

    private string Text(GoScalar value, TextPosition position, string path)
    {
        var text = value.AsText();
        if (value.Kind != GoScalarKind.Text && !string.Equals(text, value.Text, System.StringComparison.Ordinal))
        {
            findings.Warn("text_read_as_number", "without quotes this is read as a number or a Boolean and becomes \"" + text + "\": put it in quotes", position, path);
        }

        return text;
    }

    private Setting NamedText(GoScalar value, TextPosition position, string path)
    {
        if (value.Kind == GoScalarKind.Text)
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
                return Truncated(value.Float, type, position, path);
            case GoScalarKind.Text when GoNumber.TryFloat(value.Text, out var quoted) && !(quoted < 0):
                return Truncated(quoted, type, position, path);
            default:
                findings.Error("invalid_type", "a whole number is expected here, without quotes or a unit", position, path);
                return Refused;
        }
    }

    private Setting Tagged(TextPosition position, string path)
    {
        findings.Error("invalid_type", "Aperture cannot read a number with the tag !!int: remove the tag", position, path);
        return Refused;
    }

    private Setting Truncated(double value, SettingType type, TextPosition position, string path)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return OutOfRange(type, position, path);
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
