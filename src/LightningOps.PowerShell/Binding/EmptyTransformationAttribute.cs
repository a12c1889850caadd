using System;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Treats an empty text as no value. PowerShell would convert an empty cell to 0, and a quota of 0 closes a paywall.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EmptyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        ((inputData as PSObject)?.BaseObject ?? inputData) is string text && string.IsNullOrWhiteSpace(text) ? null : inputData;
}
