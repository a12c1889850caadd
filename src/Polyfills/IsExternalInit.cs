using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for to take <c>init</c>.</summary>
[Embedded]
internal static class IsExternalInit
{
}
