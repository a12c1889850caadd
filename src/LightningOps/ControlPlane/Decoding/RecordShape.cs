using System;
using System.Linq;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>The members of a record in the contract's order, each with how it is read.</summary>
internal sealed class RecordShape
{
    private readonly MemberNames names;
    private readonly ValueDecoder<object>[] readers;

    /// <param name="members">The members; a <c>?</c> at the end of a name marks an optional one.</param>
    public RecordShape(params (string Name, ValueDecoder<object> Read)[] members)
    {
        names = new MemberNames(members.Select(member => member.Name).ToArray());
        readers = members.Select(member => member.Read).ToArray();
    }

    /// <summary>A text.</summary>
    public static (string Name, ValueDecoder<object> Read) Text(string name) => (name, static (ref JsonCursor cursor) => cursor.ReadText());

    /// <summary>A 64-bit integer.</summary>
    public static (string Name, ValueDecoder<object> Read) Integer(string name) => (name, static (ref JsonCursor cursor) => cursor.ReadInteger());

    /// <summary>JSON passed through untouched.</summary>
    public static (string Name, ValueDecoder<object> Read) Raw(string name) => (name, static (ref JsonCursor cursor) => cursor.ReadRaw());

    /// <summary>One of the texts of an enum.</summary>
    public static (string Name, ValueDecoder<object> Read) Choice<T>(string name, EnumNames<T> choices)
        where T : struct, Enum => (name, (ref JsonCursor cursor) => cursor.ReadEnum(choices));

    /// <summary>Reads a record.</summary>
    /// <exception cref="ControlPlaneDecodeException">A member is missing or malformed.</exception>
    public RecordMembers Read(ref JsonCursor cursor)
    {
        var values = new object?[readers.Length];
        var scan = new MemberScan(names);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            values[scan.Current] = readers[scan.Current](ref cursor);
        }

        return new RecordMembers(this, values);
    }

    /// <summary>The place of a member.</summary>
    public int GetIndex(string name)
    {
        for (var place = 0; place < readers.Length; place++)
        {
            if (names[place] == name)
            {
                return place;
            }
        }

        throw new ArgumentException("The record has no member " + name + ".", nameof(name));
    }
}
