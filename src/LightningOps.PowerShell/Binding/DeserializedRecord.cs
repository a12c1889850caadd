using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using LightningOps.Compile;
using LightningOps.Json;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Creates a record from the property bag that jobs, remoting and Import-Clixml return for it. Members are matched by
/// the names of the record. Members added by a view, and computed members, are left out.
/// </summary>
internal static class DeserializedRecord
{
    private const string Prefix = "Deserialized.";
    private const string Remedy = "Pipe the live object, or serialize it with the module imported, without -Depth. Nothing was done with it.";

    private static readonly Assembly Domain = typeof(CompileResult).Assembly;

    /// <summary>Whether a value is a property bag of a record.</summary>
    public static bool IsOne(object? value, Type type) => value is PSObject copy && copy.TypeNames.Contains(Prefix + type.FullName);

    /// <summary>The domain type of a property bag, or null.</summary>
    public static Type? FindType(object? value) =>
        value is PSObject { TypeNames.Count: > 0 } copy && copy.TypeNames[0].StartsWith(Prefix, StringComparison.Ordinal)
            ? Domain.GetType(copy.TypeNames[0].Substring(Prefix.Length))
            : null;

    /// <summary>The record.</summary>
    /// <exception cref="ControlPlaneDecodeException">A member is missing, was cut at the depth of the serialization, or has another type.</exception>
    public static object Read(PSObject copy, Type type, string source)
    {
        var record = Create(copy, type, source);
        if (record is Exception)
        {
            return record;
        }

        foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static member => member.CanWrite && member.PropertyType != typeof(ReadOnlyMemory<byte>)))
        {
            member.SetValue(record, Read(copy, member, member.PropertyType, source));
        }

        return record is CompileResult compile ? WithArtifact(compile, copy, source) : record;
    }

    // Records with a primary constructor, and exceptions, have no constructor without parameters: members have the names of the parameters.
    private static object Create(PSObject copy, Type type, string source)
    {
        if (type.IsValueType || type.GetConstructor(Type.EmptyTypes) is not null)
        {
            return Activator.CreateInstance(type)!;
        }

        var constructor = type.GetConstructors()
            .Where(one => one.GetParameters().All(parameter => parameter.HasDefaultValue || parameter.ParameterType == typeof(Exception) || FindMember(type, parameter.Name!) is not null))
            .OrderByDescending(static one => one.GetParameters().Length)
            .FirstOrDefault() ?? throw new ControlPlaneDecodeException(source, type.Name, "cannot be made from a copy", Remedy);
        var values = constructor.GetParameters().Select(parameter => FindMember(type, parameter.Name!) is { } member && copy.Properties[member.Name] is not null
            ? Read(copy, member, parameter.ParameterType, source)
            : parameter.HasDefaultValue ? parameter.DefaultValue
            : parameter.ParameterType == typeof(Exception) ? new InvalidOperationException(copy.ToString())
            : throw Refuse(source, parameter.Name!, "is missing")).ToArray();
        try
        {
            return constructor.Invoke(values);
        }
        catch (TargetInvocationException failure)
        {
            throw new ControlPlaneDecodeException(source, type.Name, "has an invalid member (" + failure.InnerException!.Message + ")", Remedy);
        }
    }

    private static PropertyInfo? FindMember(Type type, string name) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase));

    private static object? Read(PSObject copy, MemberInfo member, Type declared, string source)
    {
        var found = copy.Properties[member.Name] ?? throw Refuse(source, member.Name, "is missing");
        if (found.Value is { } value)
        {
            return Convert(value, member.Name, declared, source);
        }

        return declared.IsValueType && Nullable.GetUnderlyingType(declared) is null ? throw Refuse(source, member.Name, "is null") : null;
    }

    // A copy of a JSON text has its members as a dictionary or a list, which do not keep their order.
    private static JsonText ReadJson(object value, object content) =>
        JsonText.From(content is IDictionary or (IEnumerable and not string) ? ArtifactJson.Serialize(InOrder(content)) : value.ToString()!);

    private static object? InOrder(object? value)
    {
        var content = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return content switch
        {
            JsonText text => text,
            IDictionary dictionary => dictionary.Keys.Cast<object>().OrderBy(static key => key.ToString(), StringComparer.Ordinal)
                .Aggregate(new OrderedDictionary(), (members, key) =>
                {
                    members.Add(key.ToString()!, InOrder(dictionary[key]));
                    return members;
                }),
            IEnumerable sequence and not string => sequence.Cast<object?>().Select(InOrder).ToArray(),
            PSObject copy => JsonText.From(copy.ToString()),
            _ => content,
        };
    }

    private static object Convert(object value, string member, Type declared, string source)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var content = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        if (type == typeof(string))
        {
            return System.Convert.ToString(content, CultureInfo.InvariantCulture)!;
        }

        if (type == typeof(JsonText))
        {
            return ReadJson(value, content);
        }

        if (type.IsEnum)
        {
            var parsed = content.GetType() == type ? content
                : content is string name && Enum.IsDefined(type, name) ? Enum.Parse(type, name)
                : content is int number ? Enum.ToObject(type, number)
                : null;
            return parsed is not null && Enum.IsDefined(type, parsed) ? parsed : throw Refuse(source, member, "has an unknown value");
        }

        if (type.IsPrimitive || type == typeof(decimal) || type == typeof(TimeSpan))
        {
            return LanguagePrimitives.TryConvertTo(content, type, CultureInfo.InvariantCulture, out var simple) ? simple : throw Refuse(source, member, "is not a " + type.Name);
        }

        if (type.IsInstanceOfType(content) && content.GetType().Assembly == Domain)
        {
            return content;
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            return Entries(content, member, source).ToDictionary(static entry => entry.Key, static entry => entry.Value?.ToString() ?? string.Empty, StringComparer.Ordinal);
        }

        if (type == typeof(IReadOnlyDictionary<string, object>))
        {
            return Entries(content, member, source).ToDictionary(static entry => entry.Key, entry => ReadAny(entry.Value, member, source)!, StringComparer.Ordinal);
        }

        if (type == typeof(IDictionary))
        {
            var members = new OrderedDictionary();
            foreach (var (name, item) in Entries(content, member, source).OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => (entry.Key, entry.Value)))
            {
                members.Add(name, ReadAny(item, member, source));
            }

            return members.AsReadOnly();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return content is IEnumerable items and not string ? ReadList(items, member, type.GetGenericArguments()[0], source) : throw Refuse(source, member, "is not a list");
        }

        if (type == typeof(Exception))
        {
            return new InvalidOperationException((value as PSObject)?.Properties[nameof(Exception.Message)]?.Value?.ToString() ?? value.ToString());
        }

        return IsOne(value, type) && value is PSObject { Properties: var properties } && properties.Any() ? Read((PSObject)value, type, source) : throw Refuse(source, member, "was cut at the depth of the serialization");
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(object content, string member, string source) =>
        content is IDictionary entries
            ? entries.Keys.Cast<object>().Select(key => new KeyValuePair<string, object?>(key.ToString()!, entries[key]))
            : throw Refuse(source, member, "is not a dictionary");

    // Details: texts, numbers, booleans, lists of these, and enums of the domain.
    private static object? ReadAny(object? value, string member, string source)
    {
        if (FindType(value) is { } type)
        {
            return Convert(value!, member, type, source);
        }

        var content = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return content switch
        {
            null or string or ValueType => content,
            IDictionary => Convert(content, member, typeof(IDictionary), source),
            IEnumerable items => items.Cast<object?>().Select(item => ReadAny(item, member, source)).ToArray() is var list && list.All(static item => item is string) ? list.Cast<string>().ToArray() : list,
            _ => throw Refuse(source, member, "has an unknown value"),
        };
    }

    private static Array ReadList(IEnumerable items, string member, Type type, string source)
    {
        var values = items.Cast<object>().ToArray();
        var list = Array.CreateInstance(type, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            list.SetValue(Convert(values[i], member, type, source), i);
        }

        return list;
    }

    // The artifact returns as its text. Its hash shows whether every byte did.
    private static CompileResult WithArtifact(CompileResult compile, PSObject copy, string source)
    {
        if (!compile.Valid)
        {
            return compile;
        }

        var artifact = copy.Properties[nameof(CompileResult.ApertureYaml)]?.Value is { } text
            ? Encoding.UTF8.GetBytes(text.ToString()!)
            : throw Refuse(source, nameof(CompileResult.ApertureYaml), "is missing");
        return ConfigHash.Compute(artifact) == compile.ConfigHash
            ? compile with { Artifact = artifact }
            : throw Refuse(source, nameof(CompileResult.ApertureYaml), "does not have the hash " + compile.ConfigHash);
    }

    private static ControlPlaneDecodeException Refuse(string source, string member, string reason) => new(source, member, reason, Remedy);
}
