using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Accepts texts and hashtables for gateways.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class GatewayTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = (inputData as PSObject)?.BaseObject ?? inputData;
        return given is IList list ? list.Cast<object?>().Select(Convert).ToArray() : Convert(given);
    }

    // Null and empty values are left to the validation of the parameter.
    private static object? Convert(object? value) => ((value as PSObject)?.BaseObject ?? value) switch
    {
        null or "" => value,
        IDictionary members => new GatewayArgument(members),
        GatewayArgument argument => argument,
        var text => new GatewayArgument(text.ToString() ?? string.Empty),
    };
}
