using System;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>The members of a record, as listed in the contract: <c>paywallId</c> is required, <c>description?</c> is not.</summary>
internal sealed class MemberNames
{
    private readonly string[] names;
    private readonly byte[][] camelCase;
    private readonly byte[][] snakeCase;
    private readonly byte[][]? pascalCase;

    public MemberNames(params string[] members)
        : this(members, acceptsPascalCase: false)
    {
    }

    private MemberNames(string[] members, bool acceptsPascalCase)
    {
        names = members.Select(member => member.TrimEnd('?')).ToArray();
        camelCase = names.Select(Encoding.UTF8.GetBytes).ToArray();
        snakeCase = names.Select(name => Encoding.UTF8.GetBytes(ToSnakeCase(name))).ToArray();
        pascalCase = acceptsPascalCase ? names.Select(static name => Encoding.UTF8.GetBytes(char.ToUpperInvariant(name[0]) + name.Substring(1))).ToArray() : null;
        for (var i = 0; i < members.Length; i++)
        {
            Required |= members[i].EndsWith("?", StringComparison.Ordinal) ? 0u : 1u << i;
        }
    }

    /// <summary>Names that may also be written in PascalCase, as ConvertTo-Json writes members of .NET.</summary>
    public static MemberNames WithPascalCase(params string[] members) => new(members, acceptsPascalCase: true);

    /// <summary>One bit per required member.</summary>
    public uint Required { get; }

    /// <summary>The camel-case name of a member.</summary>
    public string this[int member] => names[member];

    /// <summary>
    /// The member with the name at the reader, camelCase or snake_case, or -1. Members usually have the same order,
    /// so the search begins at <paramref name="expected"/>.
    /// </summary>
    public int Find(ref Utf8JsonReader reader, int expected)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var member = expected + i < names.Length ? expected + i : expected + i - names.Length;
            if (reader.ValueTextEquals(camelCase[member]) || reader.ValueTextEquals(snakeCase[member]) || (pascalCase is not null && reader.ValueTextEquals(pascalCase[member])))
            {
                return member;
            }
        }

        return -1;
    }

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select(c => c is >= 'A' and <= 'Z' ? "_" + (char)(c | 0x20) : c.ToString()));
}
