using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>Required by the compiler for <c>init</c>.</summary>
[Embedded]
internal static class IsExternalInit
{
}
