using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Numerics;
using System.Security;
using LightningOps.Json;

namespace LightningOps.PowerShell.Json;

/// <summary>
/// Converts any pipeline object to dictionaries, lists, scalars and domain records, which <see cref="ArtifactJson" />
/// writes. .NET names become camel case; names given by a script are kept.
/// </summary>
internal sealed class JsonTree
{
    /// <summary>Maximum depth of an object; a JSON writer stops at 64.</summary>
    public const int MaxDepth = 48;

    /// <summary>Maximum depth of converted objects of other types, which may refer to each other endlessly.</summary>
    private const int MaxForeignDepth = 3;

    private const string DomainNamespace = "LightningOps.";
    private const string SelectedPrefix = "Selected.";
    private const string DeserializedNumber = "Deserialized.System.Numerics.BigInteger";

    private readonly List<object> path = new();

    /// <summary>The tree of <paramref name="value"/>.</summary>
    /// <exception cref="JsonTreeException">The value contains itself, or is deeper than <see cref="MaxDepth"/>.</exception>
    public static object? From(object? value) => new JsonTree().Convert(value);

    private object? Convert(object? value)
    {
        var wrapped = value as PSObject;
        var plain = wrapped is null ? value : wrapped.BaseObject;
        if (plain is null || ReferenceEquals(value, AutomationNull.Value))
        {
            return null;
        }

        if (TryGetScalar(plain, out var scalar))
        {
            return scalar;
        }

        // Jobs and CLIXML bring such a number back as an object; its text is the number.
        if (wrapped?.TypeNames[0] == DeserializedNumber)
        {
            return JsonText.From(wrapped.ToString());
        }

        if (plain is ErrorRecord error)
        {
            return new OrderedDictionary { ["ok"] = false, ["error"] = error.ErrorDetails?.Message ?? error.Exception.Message };
        }

        // All [pscustomobject] values share one base object, so the wrapper identifies them.
        object identity = plain is PSCustomObject ? wrapped! : plain;
        return IsDomainRecord(plain) ? plain : Enter(identity, () => Container(plain, wrapped ?? PSObject.AsPSObject(plain)));
    }

    private object Container(object plain, PSObject wrapped) => plain switch
    {
        IDictionary dictionary => Members(dictionary),
        IEnumerable sequence => Elements(sequence),
        PSCustomObject => Properties(wrapped, PreservesNames(wrapped)),
        _ => path.Count(static above => IsForeign(above)) > MaxForeignDepth ? plain.ToString() ?? string.Empty : Properties(wrapped, keepNames: false),
    };

    private static bool IsForeign(object container) => container is not (IDictionary or IEnumerable or PSObject);

    private OrderedDictionary Members(IDictionary dictionary)
    {
        var members = new OrderedDictionary();
        foreach (DictionaryEntry entry in dictionary)
        {
            members[System.Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? string.Empty] = Convert(entry.Value);
        }

        return members;
    }

    private List<object?> Elements(IEnumerable sequence)
    {
        var elements = new List<object?>();
        foreach (var element in sequence)
        {
            elements.Add(Convert(element));
        }

        return elements;
    }

    private OrderedDictionary Properties(PSObject value, bool keepNames)
    {
        var members = new OrderedDictionary();
        foreach (var property in value.Properties)
        {
            if (property.IsGettable)
            {
                members[keepNames ? property.Name : ArtifactJson.MemberName(property.Name)] = Convert(GetValue(property));
            }
        }

        return members;
    }

    private object Enter(object container, Func<object> work)
    {
        if (path.Count >= MaxDepth)
        {
            throw new JsonTreeException("is more than " + MaxDepth.ToString(CultureInfo.InvariantCulture) + " levels deep");
        }

        if (path.Exists(above => ReferenceEquals(above, container)))
        {
            throw new JsonTreeException("contains itself");
        }

        path.Add(container);
        var result = work();
        path.RemoveAt(path.Count - 1);
        return result;
    }

    private static object? GetValue(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    /// <summary>A value with its own JSON form, or one that is written as text instead of by its members.</summary>
    private static bool TryGetScalar(object value, out object? scalar)
    {
        scalar = value switch
        {
            SecureString or PSCredential => null,
            JsonText => value,
            System.Numerics.BigInteger number => JsonText.From(number.ToString(CultureInfo.InvariantCulture)),
            double number when double.IsNaN(number) || double.IsInfinity(number) => number.ToString(CultureInfo.InvariantCulture),
            float number when float.IsNaN(number) || float.IsInfinity(number) => number.ToString(CultureInfo.InvariantCulture),
            char letter => letter.ToString(),
            SwitchParameter present => present.IsPresent,
            Type or ScriptBlock or Delegate or Version or FileSystemInfo or IntPtr or UIntPtr => value.ToString(),
            string or bool or decimal or double or float or Enum or DateTime or DateTimeOffset or TimeSpan or Guid or Uri or byte[] => value,
            _ => value.GetType().IsPrimitive ? value : null,
        };
        return scalar is not null || value is SecureString or PSCredential;
    }

    private static bool IsDomainRecord(object value) =>
        value.GetType().Namespace?.StartsWith(DomainNamespace, StringComparison.Ordinal) == true
        && value.GetType().Assembly == typeof(ArtifactJson).Assembly;

    /// <summary>The result of Select-Object on a domain record is still written with the domain's names.</summary>
    private static bool PreservesNames(PSObject value) =>
        value.BaseObject is PSCustomObject
        && !value.TypeNames[0].StartsWith(SelectedPrefix + DomainNamespace, StringComparison.Ordinal);
}
