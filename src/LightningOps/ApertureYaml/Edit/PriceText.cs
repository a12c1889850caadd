using System;
using System.Globalization;
using LightningOps.ApertureYaml.Check;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>Writes another price into the text of a service and changes no other character.</summary>
internal static class PriceText
{
    private const string Key = "price";

    /// <summary>The text with another price; null where it does not state a price of its own, once and without an anchor.</summary>
    /// <param name="item">Text of the service: an item of a list in block style, with the comments before it.</param>
    /// <param name="sats">The price, satoshis.</param>
    public static string? Replace(string item, long sats)
    {
        if (FindPrice(item) is not { } price)
        {
            return null;
        }

        var start = (int)price.Start.Index;
        var length = (int)(price.End.Index - price.Start.Index);
        var quote = price.Style switch
        {
            ScalarStyle.Plain => string.Empty,
            ScalarStyle.SingleQuoted => "'",
            ScalarStyle.DoubleQuoted => "\"",
            _ => null,
        };
        return quote is not null && start >= 0 && length > 0 && start + length <= item.Length && item.Substring(start, length) == quote + price.Value + quote
            ? item.Substring(0, start) + quote + sats.ToString(CultureInfo.InvariantCulture) + quote + item.Substring(start + length)
            : null;
    }

    private static Scalar? FindPrice(string item)
    {
        try
        {
            var events = new ConfigEvents(item);
            while (events.Current is StreamStart or DocumentStart or SequenceStart)
            {
                events.Read();
            }

            if (events.Current is not MappingStart)
            {
                return null;
            }

            events.Read();
            Scalar? price = null;
            var isStatedTwice = false;
            while (events.Current is not MappingEnd)
            {
                var key = events.Current;
                SkipNode(events);
                if (key is Scalar { Value: var name } && string.Equals(name, Key, StringComparison.OrdinalIgnoreCase))
                {
                    isStatedTwice |= price is not null;
                    price = events.Current is Scalar { Anchor.IsEmpty: true, Tag.IsEmpty: true } value ? value : null;
                    isStatedTwice |= price is null;
                }

                SkipNode(events);
            }

            return isStatedTwice ? null : price;
        }
        catch (ApertureConfigFormatException)
        {
            return null;
        }
    }

    private static void SkipNode(ConfigEvents events)
    {
        var depth = 0;
        do
        {
            depth += events.Current is MappingStart or SequenceStart ? 1 : events.Current is MappingEnd or SequenceEnd ? -1 : 0;
            events.Read();
        }
        while (depth > 0);
    }
}
