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
    /// <exception cref="ArgumentTransformationMetadataException">A setting was lost: the command would use another store or another control plane.</exception>
    private static IReadOnlyDictionary<string, SettingValue> ReadSettings(object list)
    {
        var found = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        var read = new HashSet<string>(StringComparer.Ordinal);
        var own = new SessionContext(string.Empty, new SessionGateways()).Describe();
        var items = ((list as PSObject)?.BaseObject ?? list) is IEnumerable inner and not string ? inner : Array.Empty<object>();
        foreach (var item in items.Cast<object>())
        {
            if (ReadSetting(item) is not { } setting || SettingDefinition.All.FirstOrDefault(definition => definition.Name == setting.Name) is not { } definition)
            {
                throw Incomplete("its settings cannot be read");
            }

            read.Add(definition.Name);
            // A default or a variable that this process has, too, keeps its source.
            if (definition.IsSecret || setting.Source == SettingSource.NotSet || own.Any(one => one.Name == setting.Name && one.Source == setting.Source && one.Value == setting.Value))
            {
                continue;
            }

            if (!SessionContext.HidesPassword(setting.Value))
            {
                found[definition.Variable] = new SettingValue(setting.Value, setting.Source);
            }
            else if (SessionContext.WithoutUserInfo(Environment.GetEnvironmentVariable(definition.Variable)?.Trim()) != setting.Value)
            {
                throw Incomplete(definition.Name + " holds a password, which does not travel");
            }
        }

        return SettingDefinition.All.FirstOrDefault(definition => !read.Contains(definition.Name)) is { } missing ? throw Incomplete(missing.Name + " is missing") : found;
    }

    private static (string Name, string Value, SettingSource Source)? ReadSetting(object one)
    {
        if (((one as PSObject)?.BaseObject ?? one) is string text)
        {
            return ContextSetting.TryParse(text);
        }

        var members = PSObject.AsPSObject(one).Properties;
        return members["Name"]?.Value?.ToString() is { } name && Enum.TryParse<SettingSource>(members["Source"]?.Value?.ToString(), out var source)
            ? (name, members["Value"]?.Value?.ToString() ?? string.Empty, source)
            : null;
    }

    private static ArgumentTransformationMetadataException Incomplete(string what) => new(
        "The context from another process is incomplete: " + what + ". Nothing was done with it. Import the same version of the module in both processes, or run Connect-LightningOps in this process.");
}

/// <summary>Accepts a name or a context object for a context.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData is null ? null
        : ContextArgument.TryFrom(inputData) ?? throw new ArgumentTransformationMetadataException("A context is the name of one, or an object of Get-LightningOpsContext.");
}
