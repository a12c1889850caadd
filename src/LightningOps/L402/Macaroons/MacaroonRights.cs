using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// Permissions of an LND macaroon, from its identifier: the byte 3 and a message of nonce (1), id of the root key (2)
/// and operations (3), each with an entity (1) and its actions (2) (macaroon-bakery,
/// bakery/internal/macaroonpb/id.proto). The location is not evidence: it is not signed, and the creator of a
/// macaroon chooses it.
/// </summary>
internal sealed class MacaroonRights
{
    private const byte Version = 3;
    private const int OperationsField = 3;
    private const int EntityField = 1;
    private const int ActionField = 2;
    private const int LengthDelimited = 2;

    // Entities that only a node has (lnd, rpcserver.go).
    private static readonly string[] NodeEntities = ["address", "offchain", "onchain", "peers", "signer", "message"];

    private MacaroonRights(IReadOnlyList<string> all) => All = all;

    /// <summary>Each right as <c>entity:action</c>, in the order of the identifier; empty if the identifier is not one of LND.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Whether it belongs to a Lightning node.</summary>
    public bool IsOfNode => All.Any(static right => NodeEntities.Contains(right.Split(':')[0]));

    /// <summary>The rights to move money or to create more rights.</summary>
    public IReadOnlyList<string> Dangerous => All.Where(static right => right is "offchain:write" or "onchain:write" or "macaroon:generate" or "macaroon:write" or "signer:generate" or "address:write").ToArray();

    /// <summary>Reads the rights of a macaroon in hex.</summary>
    public static MacaroonRights Read(string hex) =>
        HexText.Decode(hex) is { } bytes && Macaroon.TryParse(bytes, out var macaroon, out _) ? Read(macaroon) : new MacaroonRights([]);

    /// <summary>Reads the rights of a macaroon.</summary>
    public static MacaroonRights Read(Macaroon macaroon)
    {
        var identifier = macaroon.IdentifierBytes;
        var rights = new List<string>();
        return identifier.Length > 0 && identifier[0] == Version && TryRead(identifier.AsSpan(1), (field, content) => field != OperationsField || TryReadOperation(content, rights))
            ? new MacaroonRights(rights)
            : new MacaroonRights([]);
    }

    private static bool TryReadOperation(byte[] operation, List<string> rights)
    {
        var entity = string.Empty;
        var actions = new List<string>();
        var isRead = TryRead(operation, (field, content) =>
        {
            if (field == EntityField)
            {
                entity = Encoding.UTF8.GetString(content);
            }
            else if (field == ActionField)
            {
                actions.Add(Encoding.UTF8.GetString(content));
            }

            return true;
        });
        rights.AddRange(actions.Select(action => entity + ":" + action));
        return isRead;
    }

    // Every field of these messages is length-delimited.
    private static bool TryRead(ReadOnlySpan<byte> message, Func<int, byte[], bool> take)
    {
        while (!message.IsEmpty)
        {
            if (!TryReadNumber(ref message, out var tag) || (tag & 7) != LengthDelimited || !TryReadNumber(ref message, out var length) || length > (ulong)message.Length
                || !take((int)(tag >> 3), message.Slice(0, (int)length).ToArray()))
            {
                return false;
            }

            message = message.Slice((int)length);
        }

        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (var shift = 0; shift < 35 && !message.IsEmpty; shift += 7)
        {
            var part = message[0];
            message = message.Slice(1);
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
