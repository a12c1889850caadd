using System;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Lets an object that came back from a job, a remote session, a child runbook or Import-Clixml stand where the live object is
/// asked for. Everything else is left as it is, for the parameter to bind or to refuse.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DeserializedTransformationAttribute : ArgumentTransformationAttribute
{
    private readonly Type type;

    /// <summary>Creates the transformation.</summary>
    /// <param name="type">A type of the domain that binds, or the interface of all that do.</param>
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
