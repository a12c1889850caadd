using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text;
using LightningOps.Artifacts;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Json;

namespace LightningOps.PowerShell;

/// <summary>
/// Lets objects that have the members of a paywall, as ConvertFrom-Json gives them, stand where paywalls are asked for.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PaywallTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        return given is IList list
            ? list.Cast<object>().Select(Convert).ToArray()
            : Convert(given);
    }

    private static object Convert(object value) =>
        value is IDictionary || value is PSObject { BaseObject: PSCustomObject } ? Read(value) : value;

    private static Paywall Read(object value)
    {
        try
        {
            var json = ArtifactJson.Serialize(new List<object?> { JsonTree.Of(value) });
            return PaywallSnapshot.Read(Encoding.UTF8.GetBytes(json), "InputObject")[0];
        }
        catch (LightningOpsException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
