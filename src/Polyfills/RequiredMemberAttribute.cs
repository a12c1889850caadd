using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for to take <c>required</c>.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
internal sealed class RequiredMemberAttribute : Attribute
{
}
