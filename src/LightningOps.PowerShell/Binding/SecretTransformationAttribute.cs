using System;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace LightningOps.PowerShell.Binding;

/// <summary>Accepts text for a SecureString.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is string text ? new NetworkCredential(string.Empty, text).SecurePassword : given;
    }
}
