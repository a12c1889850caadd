using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Accepts a credential role in the spelling of the control plane (<c>gateway_invoice</c>) as well as PowerShell's.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RoleNameAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is IList list ? list.Cast<object?>().Select(Plain).ToArray() : Plain(given);
    }

    private static object? Plain(object? role) =>
        (role is PSObject wrapped ? wrapped.BaseObject : role) is string text ? text.Replace("_", string.Empty) : role;
}
