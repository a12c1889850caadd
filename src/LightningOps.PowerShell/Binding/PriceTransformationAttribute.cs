using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Accepts whole numbers as a price and no others: PowerShell would round 1.5 to 2, and read the text 1.000 as 1. An empty cell is no
/// value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PriceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            string text when string.IsNullOrWhiteSpace(text) => null,
            string text when !IsWhole(text.Trim()) => throw Refuse(text),
            double number when number != Math.Floor(number) => throw Refuse(number),
            float number when number != Math.Floor(number) => throw Refuse(number),
            decimal number when number != Math.Floor(number) => throw Refuse(number),
            _ => inputData,
        };
    }

    private static bool IsWhole(string text) => text.TrimStart('-', '+') is { Length: > 0 } digits && text.Length - digits.Length <= 1 && digits.All(static letter => letter is >= '0' and <= '9');

    private static ArgumentTransformationMetadataException Refuse(IFormattable number) => Refuse(number.ToString(null, CultureInfo.InvariantCulture));

    private static ArgumentTransformationMetadataException Refuse(string text) =>
        new("'" + text + "' is not a whole number. Write digits only, as in 1000. A part of a satoshi is a price in millisatoshis: -PriceMsats 1500.");
}
