// Each type uses another in one way, which the search for dependencies must find.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.Tests.Architecture.Planted.Used;

namespace LightningOps.Tests.Architecture.Planted.Used
{
    internal interface IUsed
    {
    }

    internal class UsedClass : IUsed
    {
        public static int Count { get; set; }
    }

    internal enum UsedKind
    {
        Plain = 1,
    }

    internal sealed class UsedException : Exception
    {
    }

    [AttributeUsage(AttributeTargets.All)]
    internal sealed class UsedAttribute : Attribute
    {
    }
}

namespace LightningOps.Tests.Architecture.Planted.Users
{
    internal sealed class ByBase : UsedClass
    {
    }

    internal sealed class ByInterface : IUsed
    {
    }

    internal sealed class ByBaseArgument : List<UsedClass>
    {
    }

    internal sealed class ByGenericInterface : IEquatable<UsedClass>
    {
        public bool Equals(UsedClass? other) => other is null;

        public override bool Equals(object? obj) => false;

        public override int GetHashCode() => 0;
    }

    internal sealed class ByProperty
    {
        public UsedClass? Value { get; set; }
    }

    internal sealed class ByGenericProperty
    {
        public List<UsedClass>? Value { get; set; }
    }

    internal sealed class ByNestedGenericProperty
    {
        public Dictionary<string, List<UsedClass[]>>? Value { get; set; }
    }

    internal sealed class ByTuple
    {
        public (int Number, UsedKind Kind) Value { get; set; }
    }

    internal sealed class ByNullable
    {
        public UsedKind? Value { get; set; }
    }

    internal sealed class ByParameter
    {
        public static bool IsNothing(UsedClass? value) => value is null;
    }

    internal sealed class ByResult
    {
        public static IEnumerable<UsedClass> Get() => [];
    }

    internal sealed class ByConstraint<T>
        where T : IUsed
    {
    }

    internal sealed class ByMethodConstraint
    {
        public static int Count<T>(T value)
            where T : IUsed => value.GetHashCode();
    }

    internal sealed class ByGenericCall
    {
        public static object Get() => Array.Empty<UsedClass>();
    }

    internal sealed class ByStaticCall
    {
        public static int Get() => UsedClass.Count;
    }

    internal sealed class ByTypeOf
    {
        public static string Get() => typeof(UsedClass).Name;
    }

    internal sealed class ByPattern
    {
        public static bool Get(object value) => value is UsedClass;
    }

    internal sealed class ByCatch
    {
        public static void Run(Action action)
        {
            try
            {
                action();
            }
            catch (UsedException)
            {
            }
        }
    }

    internal sealed class ByLambda
    {
        public static Func<object> Get() => static () => new UsedClass();
    }

    internal sealed class ByAsync
    {
        public static async Task<object> GetAsync()
        {
            await Task.Yield();
            return new UsedClass();
        }
    }

    internal sealed class ByIterator
    {
        public static IEnumerable<object> Get()
        {
            yield return new UsedClass();
        }
    }

    internal sealed class ByNestedType
    {
        internal sealed class Inner
        {
            public UsedClass? Value { get; set; }
        }
    }

    internal sealed class ByEvent
    {
        public event EventHandler<UsedClass>? Happened;

        public void Raise() => Happened?.Invoke(this, new UsedClass());
    }

    internal delegate UsedKind ByDelegate();

    [Used]
    internal sealed class ByAttribute
    {
    }

    internal sealed class ByMemberAttribute
    {
        [Used]
        public int Value { get; set; }
    }

    internal sealed class ByParameterAttribute
    {
        public static int Get([Used] int value) => value;
    }

    internal sealed class ByLocal
    {
        public static bool Get(Func<object?> make)
        {
            var made = make() as UsedClass;
            return made is null;
        }
    }
}

// Users through an attribute that is nobody's: only its argument names the type.
namespace LightningOps.Tests.Architecture.Planted.Naming
{
    [AttributeUsage(AttributeTargets.All)]
    internal sealed class OtherNamingAttribute(Type type) : Attribute
    {
        public Type Type { get; } = type;
    }
}

namespace LightningOps.Tests.Architecture.Planted.Users
{
    [Naming.OtherNaming(typeof(UsedClass))]
    internal sealed class ByAttributeArgument
    {
    }

    internal sealed class ByMemberAttributeArgument
    {
        [Naming.OtherNaming(typeof(List<UsedClass>))]
        public int Value { get; set; }
    }
}

namespace LightningOps.Tests.Architecture.Planted.Users.Not
{
    internal sealed class Stranger
    {
        public static string Get() => "LightningOps.Tests.Architecture.Planted.Used.UsedClass";
    }
}
