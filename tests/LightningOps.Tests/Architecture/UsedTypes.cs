using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace LightningOps.Tests.Architecture;

/// <summary>
/// Every type that a compiled type and the types nested in it use. The search of NetArchTest overlooks types of catch clauses,
/// of attribute arguments and of nested types.
/// </summary>
internal static class UsedTypes
{
    public static IEnumerable<TypeReference> In(TypeDefinition type) => Mentioned(type).SelectMany(Parts).Distinct();

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type)
    {
        IEnumerable<TypeReference?>[] all =
        [
            [type.BaseType],
            type.Interfaces.Select(static used => used.InterfaceType),
            type.Interfaces.SelectMany(Attributes),
            Attributes(type),
            Constraints(type),
            type.Fields.SelectMany(static field => Attributes(field).Append(field.FieldType)),
            type.Properties.SelectMany(static property => Attributes(property).Append(property.PropertyType)),
            type.Events.SelectMany(static happening => Attributes(happening).Append(happening.EventType)),
            type.Methods.SelectMany(In),
            type.NestedTypes.SelectMany(Mentioned),
        ];
        return all.SelectMany(static part => part);
    }

    private static IEnumerable<TypeReference?> In(MethodDefinition method) =>
        Signature(method)
            .Concat(Attributes(method))
            .Concat(Attributes(method.MethodReturnType))
            .Concat(Constraints(method))
            .Concat(method.Parameters.SelectMany(Attributes))
            .Concat(method.HasBody ? In(method.Body) : []);

    private static IEnumerable<TypeReference?> In(MethodBody body) =>
        body.Variables.Select(static variable => variable.VariableType)
            .Concat(body.ExceptionHandlers.Select(static handler => handler.CatchType))
            .Concat(body.Instructions.SelectMany(static instruction => instruction.Operand switch
            {
                TypeReference type => [type],
                MethodReference method => Signature(method),
                FieldReference field => [field.DeclaringType, field.FieldType],
                _ => Enumerable.Empty<TypeReference?>(),
            }));

    private static IEnumerable<TypeReference?> Signature(MethodReference method) =>
        method.Parameters.Select(static parameter => parameter.ParameterType)
            .Append(method.ReturnType)
            .Append(method.DeclaringType)
            .Concat(method is GenericInstanceMethod generic ? generic.GenericArguments : []);

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(static parameter => parameter.Constraints.Select(static constraint => constraint.ConstraintType).Concat(Attributes(parameter)));

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider owner) =>
        owner.CustomAttributes.SelectMany(static attribute => attribute.ConstructorArguments
            .Concat(attribute.Fields.Concat(attribute.Properties).Select(static named => named.Argument))
            .SelectMany(Values)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference?> Values(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference named => [named, argument.Type],
        CustomAttributeArgument inner => Values(inner),
        CustomAttributeArgument[] many => many.SelectMany(Values),
        _ => [argument.Type],
    };

    // A list of arrays of a type is a use of the type.
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => Parts(generic.ElementType).Concat(generic.GenericArguments.SelectMany(Parts)),
        IModifierType modified => Parts(modified.ElementType).Concat(Parts(modified.ModifierType)),
        TypeSpecification special => Parts(special.ElementType),
        _ => [type],
    };

    /// <summary>The namespace of a type, also of one nested in another.</summary>
    public static string GetNamespace(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace;
    }
}
