using System;
using System.Globalization;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Reads a bare number as seconds for a time span. PowerShell alone would read ticks or days.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            int or long or double or decimal => TimeSpan.FromSeconds(Convert.ToDouble(given, CultureInfo.InvariantCulture)),
            string text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => given,
        };
    }
}
