using System;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Accepts an object from a job, a remote session, a child runbook or Import-Clixml for the live object. Everything
/// else is left unchanged for the parameter to bind or refuse.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DeserializedTransformationAttribute : ArgumentTransformationAttribute
{
    private readonly Type type;

    /// <summary>Creates the transformation.</summary>
    /// <param name="type">A domain type, or the interface of all accepted types.</param>
    public DeserializedTransformationAttribute(Type type) => this.type = type;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is object[] list ? list.Select(Convert).ToArray() : Convert(inputData);

    private object? Convert(object? value)
    {
        if (DeserializedRecord.FindType(value) is not { } found || !type.IsAssignableFrom(found))
        {
            return value;
        }

        try
        {
            return DeserializedRecord.Read((PSObject)value!, found, found.Name);
        }
        catch (LightningOpsException failure)
        {
            throw new ArgumentTransformationMetadataException(failure.Message + ". " + failure.Remedy, failure);
        }
    }
}
