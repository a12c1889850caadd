using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Makes a record of the property bag that jobs, remoting and Import-Clixml return for it. Names of members are those of the record;
/// members that a view adds are left out.
/// </summary>
internal static class DeserializedRecord
{
    private const string Prefix = "Deserialized.";

    /// <summary>Whether a value is a property bag of a record.</summary>
    public static bool IsOne(object? value, Type type) => value is PSObject copy && copy.TypeNames.Contains(Prefix + type.FullName);

    /// <summary>The record.</summary>
    /// <exception cref="ControlPlaneDecodeException">A member is missing, was cut at the depth of the serialization, or has another type.</exception>
    public static object Read(PSObject copy, Type type, string source)
    {
        var record = Activator.CreateInstance(type)!;
        foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static member => member.CanWrite))
        {
            if (copy.Properties[member.Name] is not { } found)
            {
                throw Refuse(source, member, "is missing");
            }

            if (found.Value is not null)
            {
                member.SetValue(record, Convert(found.Value, member, member.PropertyType, source));
            }
        }

        return record;
    }

    private static object Convert(object value, MemberInfo member, Type declared, string source)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var content = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        if (type == typeof(string))
        {
            return System.Convert.ToString(content, CultureInfo.InvariantCulture)!;
        }

        if (type == typeof(JsonText))
        {
            return new JsonText(value.ToString()!);
        }

        if (type.IsEnum)
        {
            var parsed = content is string name && Enum.IsDefined(type, name) ? Enum.Parse(type, name)
                : content is int number ? Enum.ToObject(type, number)
                : null;
            return parsed is not null && Enum.IsDefined(type, parsed) ? parsed : throw Refuse(source, member, "has an unknown value");
        }

        if (type.IsPrimitive)
        {
            return LanguagePrimitives.TryConvertTo(content, type, CultureInfo.InvariantCulture, out var simple) ? simple : throw Refuse(source, member, "is not a " + type.Name);
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            return content is IDictionary entries
                ? entries.Keys.Cast<object>().ToDictionary(static key => key.ToString()!, key => entries[key]?.ToString() ?? string.Empty, StringComparer.Ordinal)
                : throw Refuse(source, member, "is not a dictionary");
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return content is IEnumerable items and not string ? ReadList(items, member, type.GetGenericArguments()[0], source) : throw Refuse(source, member, "is not a list");
        }

        return IsOne(value, type) ? Read((PSObject)value, type, source) : throw Refuse(source, member, "was cut at the depth of the serialization");
    }

    private static Array ReadList(IEnumerable items, MemberInfo member, Type type, string source)
    {
        var values = items.Cast<object>().ToArray();
        var list = Array.CreateInstance(type, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            list.SetValue(Convert(values[i], member, type, source), i);
        }

        return list;
    }

    private static ControlPlaneDecodeException Refuse(string source, MemberInfo member, string reason) =>
        new(source, member.Name, reason, "Pass the object through Export-Json and ConvertFrom-Json, or serialize it to a depth of at least 4. Nothing was imported.");
}
