using System;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Rejects an owner id with surrounding white space. Ids are compared exactly, so such a kill switch would close
/// nothing, and such a gate would be open.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OwnerIdAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        var id = element?.ToString() ?? string.Empty;
        if (id.Length == 0 || id.Trim().Length != id.Length)
        {
            throw new ValidationMetadataException("An owner id must not be empty or have leading or trailing white space: '" + id + "'.");
        }
    }
}
