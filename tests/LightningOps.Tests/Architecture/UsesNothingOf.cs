using System;
using System.Linq;
using Mono.Cecil;
using NetArchTest.Rules;

namespace LightningOps.Tests.Architecture;

/// <summary>A rule of NetArchTest: a type uses no type of some namespaces or of those below them.</summary>
internal sealed class UsesNothingFrom(params string[] namespaces) : ICustomRule
{
    public bool MeetsRule(TypeDefinition type) =>
        !UsedTypes.In(type).Select(UsedTypes.GetNamespace).Any(used => namespaces.Any(forbidden => (used + ".").StartsWith(forbidden + ".", StringComparison.Ordinal)));
}
