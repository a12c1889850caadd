namespace Microsoft.CodeAnalysis;

/// <summary>Hides a type from every other assembly, also from those that may see the internals of this one.</summary>
[Embedded]
[System.AttributeUsage(System.AttributeTargets.All)]
internal sealed class EmbeddedAttribute : System.Attribute
{
}
