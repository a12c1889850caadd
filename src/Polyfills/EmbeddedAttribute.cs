namespace Microsoft.CodeAnalysis;

/// <summary>Hides a type from every other assembly, even from those with access to internals.</summary>
[Embedded]
[System.AttributeUsage(System.AttributeTargets.All)]
internal sealed class EmbeddedAttribute : System.Attribute
{
}
