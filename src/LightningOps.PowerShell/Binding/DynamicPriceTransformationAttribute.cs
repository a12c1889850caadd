using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using LightningOps.Paywalls;

namespace LightningOps.PowerShell.Binding;

/// <summary>Reads a price server from a hashtable. A name that it does not have is an error.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DynamicPriceTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Names = [nameof(DynamicPrice.GrpcAddress), nameof(DynamicPrice.Insecure), nameof(DynamicPrice.TlsCertificatePath), nameof(DynamicPrice.Metered)];

    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (((inputData as PSObject)?.BaseObject ?? inputData) is not IDictionary table)
        {
            return inputData;
        }

        if (table.Keys.Cast<object>().Select(LanguagePrimitives.ConvertTo<string>).FirstOrDefault(static key => !Names.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new ArgumentTransformationMetadataException("A price server has no member " + unknown + ". Its members are " + string.Join(", ", Names) + ".");
        }

        return table.Count == 0 ? null : new DynamicPrice
        {
            GrpcAddress = Find<string>(table, nameof(DynamicPrice.GrpcAddress)) ?? string.Empty,
            Insecure = Find<bool?>(table, nameof(DynamicPrice.Insecure)),
            TlsCertificatePath = Find<string>(table, nameof(DynamicPrice.TlsCertificatePath)),
            Metered = Find<bool?>(table, nameof(DynamicPrice.Metered)),
        };
    }

    private static T? Find<T>(IDictionary table, string name) =>
        table.Cast<DictionaryEntry>().FirstOrDefault(entry => name.Equals(LanguagePrimitives.ConvertTo<string>(entry.Key), StringComparison.OrdinalIgnoreCase)).Value is { } value ? LanguagePrimitives.ConvertTo<T>(value) : default;
}
