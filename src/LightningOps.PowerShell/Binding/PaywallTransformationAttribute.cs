using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.PowerShell.Json;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Accepts objects with the members of a paywall or a snapshot, as from ConvertFrom-Json, for paywalls. Invalid
/// objects are accepted as well, for the cmdlet to refuse; only objects with the path of a file are left to the other
/// parameters.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PaywallTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Parameter = "InputObject";
    private const string SnapshotMember = "paywalls";

    private static readonly string[] IdMembers = ["paywallId", "paywall_id", SnapshotMember];
    private static readonly string[] PathMembers = ["Path", "PSPath", "FullName", "LiteralPath"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        if (given is IList list)
        {
            return list.Cast<object?>().SelectMany(Convert).ToArray();
        }

        return IsMembers(given) || !HasPath(inputData) ? Convert(given).ToArray() : given!;
    }

    private static IEnumerable<PaywallInput> Convert(object? value) => (value is PSObject { BaseObject: Paywall wrapped } ? wrapped : value) switch
    {
        PaywallInput input => [input],
        Paywall paywall => [new PaywallInput(paywall)],
        PSObject copy when DeserializedRecord.IsOne(copy, typeof(Paywall)) => ReadCopy(copy),
        var members when IsMembers(members) => Read(members!),
        var other => [new PaywallInput(new ControlPlaneDecodeException(Parameter, other is null ? "null" : "an object of type " + GetTypeName(other), "is not a paywall", "Pipe paywalls of Get-LightningPaywall, or a snapshot read with ConvertFrom-Json; name a file with -Path. Nothing was imported."))],
    };

    private static string GetTypeName(object value) => PSObject.AsPSObject(value).BaseObject.GetType().Name;

    private static bool HasPath(object? value) => value is not null && PathMembers.Any(name => PSObject.AsPSObject(value).Properties[name] is not null);

    private static bool IsMembers(object? value) => value switch
    {
        IDictionary members => IdMembers.Any(members.Contains),
        PSObject { BaseObject: PSCustomObject } custom => IdMembers.Any(name => custom.Properties[name] is not null),
        _ => false,
    };

    // A copy from a job, remoting or Import-Clixml is validated like a snapshot, because anybody can create one.
    private static IEnumerable<PaywallInput> ReadCopy(PSObject copy)
    {
        try
        {
            return [new PaywallInput(PaywallSnapshot.Check((Paywall)DeserializedRecord.Read(copy, typeof(Paywall), Parameter), Parameter))];
        }
        catch (LightningOpsException exception)
        {
            return [new PaywallInput(exception)];
        }
    }

    private static IEnumerable<PaywallInput> Read(object value)
    {
        try
        {
            var tree = JsonTree.From(value);
            if (tree is IDictionary found && !IdMembers.Any(found.Contains))
            {
                throw new ControlPlaneDecodeException(Parameter, "paywallId", "is spelled differently", "Use Export-Json, not ConvertTo-Json or Export-Clixml, and read it with ConvertFrom-Json. Nothing was imported.");
            }

            var snapshot = tree is IDictionary members && members.Contains(SnapshotMember) ? tree : new List<object?> { tree };
            return PaywallSnapshot.Read(Encoding.UTF8.GetBytes(ArtifactJson.Serialize(snapshot)), Parameter).Select(static paywall => new PaywallInput(paywall));
        }
        catch (LightningOpsException exception)
        {
            return [new PaywallInput(exception)];
        }
    }
}
