using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Binding;

/// <summary>A context: its name in this runspace, an object of Get-LightningOpsContext, or an object from another process.</summary>
public sealed class ContextArgument
{
    private readonly SessionContext? source;
    private readonly IReadOnlyDictionary<string, SettingValue>? settings;

    private ContextArgument(string name, SessionContext? source, IReadOnlyDictionary<string, SettingValue>? settings)
    {
        Name = name;
        this.source = source;
        this.settings = settings;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether it is a name only.</summary>
    internal bool IsName => source is null && settings is null;

    /// <summary>The argument of a value; null if it is not a context.</summary>
    internal static ContextArgument? TryFrom(object? value)
    {
        var given = value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
        return given switch
        {
            ContextArgument argument => argument,
            string name when name.Trim().Length > 0 => new ContextArgument(name, null, null),
            LightningOpsContext { Source: { } source } context => new ContextArgument(context.Name, source, null),
            _ => value is PSObject copy && copy.Properties["Settings"]?.Value is { } list && copy.Properties["Name"]?.Value is { } name
                ? new ContextArgument(name.ToString(), null, ReadSettings(list))
                : null,
        };
    }

    /// <summary>The context.</summary>
    /// <exception cref="ConfigException">This runspace has no context of that name.</exception>
    internal SessionContext Resolve(SessionContexts contexts)
    {
        if (settings is not null)
        {
            var copy = new SessionContext(Name, contexts.Gateways);
            copy.Connect(settings);
            return copy;
        }

        return (source is not null && !contexts.All.Contains(source) ? source.Copy() : source) ?? contexts.Find(Name) ?? throw new ConfigException(
            "Context",
            "no context is named '" + Name + "' in this runspace",
            "List them with Get-LightningOpsContext -ListAvailable, make it with Connect-LightningOps -Context " + Name + ", or pass the context object of the other runspace.");
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The deserialized settings. A secret is never serialized; it is read from the environment of the process.</summary>
    private static IReadOnlyDictionary<string, SettingValue> ReadSettings(object list)
    {
        var found = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        var items = (list is PSObject { BaseObject: IEnumerable inner } ? inner : list as IEnumerable) ?? Array.Empty<object>();
        foreach (var one in items.Cast<object>().Select(PSObject.AsPSObject))
        {
            var source = one.Properties["Source"]?.Value?.ToString();
            if (SettingDefinition.All.FirstOrDefault(definition => definition.Name == one.Properties["Name"]?.Value?.ToString()) is { IsSecret: false } definition
                && source is nameof(SettingSource.Parameter) or nameof(SettingSource.EnvironmentFile) && one.Properties["Value"]?.Value?.ToString() is { } value)
            {
                found[definition.Variable] = new SettingValue(value, source == nameof(SettingSource.Parameter) ? SettingSource.Parameter : SettingSource.EnvironmentFile);
            }
        }

        return found;
    }
}

/// <summary>Accepts a name or a context object for a context.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData is null ? null
        : ContextArgument.TryFrom(inputData) ?? throw new ArgumentTransformationMetadataException("A context is the name of one, or an object of Get-LightningOpsContext.");
}
