using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using LightningOps.Json;
using LightningOps.PowerShell.Json;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Accepts JSON texts and objects with the members of an event for settlement events. Only objects with the path of a
/// file are left to the other parameters.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettlementTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] PathMembers = ["PSPath", "FullName", "LiteralPath"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            IList list => list.Cast<object?>().SelectMany(Split).ToArray(),
            not string when HasPath(inputData) => given!,
            _ => Split(given).ToArray(),
        };
    }

    private static bool HasPath(object? value) => value is not null && PathMembers.Any(name => PSObject.AsPSObject(value).Properties[name] is not null);

    // ConvertTo-Json and Export-Json make one list of several objects. What is not JSON is reported by the reader of events.
    private static IEnumerable<SettlementArgument> Split(object? value)
    {
        if ((value is PSObject { BaseObject: string text } ? text : value as string) is { } json && json.TrimStart().StartsWith("[", StringComparison.Ordinal) && LightningOps.Json.JsonText.SplitList(json) is { } elements)
        {
            return elements.Select(static element => new SettlementArgument(element));
        }

        return [Convert(value)];
    }

    private static SettlementArgument Convert(object? value)
    {
        switch (value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value)
        {
            case SettlementArgument argument: return argument;
            case string json: return new SettlementArgument(json);
            case null: return SettlementArgument.Refused("null is not an event");
            case ValueType: return SettlementArgument.Refused("an object of type " + value!.GetType().Name + " is not an event");
            case var members:
                try
                {
                    return new SettlementArgument(ArtifactJson.Serialize(JsonTree.From(members is PSObject copy && SettlementCopy.Read(copy) is { } read ? read : members)));
                }
                catch (JsonTreeException failure)
                {
                    return SettlementArgument.Refused(failure.Message);
                }
        }
    }
}
