using Microsoft.CodeAnalysis;

namespace System.Diagnostics.CodeAnalysis;

/// <summary>Says that a parameter is not null when the method returns the value given here.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.Parameter, Inherited = false)]
internal sealed class NotNullWhenAttribute(bool returnValue) : Attribute
{
    /// <summary>The value returned.</summary>
    public bool ReturnValue { get; } = returnValue;
}
