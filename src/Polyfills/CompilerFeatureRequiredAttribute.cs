using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler puts on members that only a newer compiler may use, as the constructors of types with required members.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = false)]
internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string FeatureName { get; } = featureName;

    /// <summary>Whether a compiler that does not know the feature may use the member all the same.</summary>
    public bool IsOptional { get; init; }
}
