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
/// Lets objects that have the members of a paywall or of a snapshot, as ConvertFrom-Json gives them, stand where paywalls are asked for.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PaywallTransformationAttribute : ArgumentTransformationAttribute
{
    private const string SnapshotMember = "paywalls";

    private static readonly string[] IdMembers = ["paywallId", "paywall_id", SnapshotMember];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        return given is IList list
            ? list.Cast<object>().SelectMany(Convert).ToArray()
            : IsMembers(given) ? Convert(given).ToArray() : given;
    }

    private static IEnumerable<object> Convert(object value) => IsMembers(value) ? Read(value) : [value];

    /// <summary>Anything else, say an object with the path of a file, is left to the other parameters.</summary>
    private static bool IsMembers(object value) => value switch
    {
        IDictionary members => IdMembers.Any(members.Contains),
        PSObject { BaseObject: PSCustomObject } custom => IdMembers.Any(name => custom.Properties[name] is not null),
        _ => false,
    };

    private static IReadOnlyList<Paywall> Read(object value)
    {
        try
        {
            var tree = JsonTree.Of(value);
            var snapshot = tree is IDictionary members && members.Contains(SnapshotMember) ? tree : new List<object?> { tree };
            return PaywallSnapshot.Read(Encoding.UTF8.GetBytes(ArtifactJson.Serialize(snapshot)), "InputObject");
        }
        catch (LightningOpsException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
