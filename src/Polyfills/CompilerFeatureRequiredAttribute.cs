using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>Marks members that only a newer compiler may use, such as constructors of types with required members.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = false)]
internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string FeatureName { get; } = featureName;

    /// <summary>Whether a compiler that does not know the feature may still use the member.</summary>
    public bool IsOptional { get; init; }
}
