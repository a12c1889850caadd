using System;
using System.Collections.Generic;
using System.Text;

namespace LightningOps.Tests.Support;

/// <summary>Macaroons as LND bakes them: version 2, identifier of macaroon-bakery.</summary>
public static class LndMacaroons
{
    /// <summary>One in hex.</summary>
    public static string Bake(string location, params (string Entity, string[] Actions)[] operations)
    {
        List<byte> identifier = [3, .. Field(1, new byte[16]), .. Field(2, "0"u8)];
        foreach (var (entity, actions) in operations)
        {
            List<byte> operation = [.. Field(1, Encoding.UTF8.GetBytes(entity))];
            foreach (var action in actions)
            {
                operation.AddRange(Field(2, Encoding.UTF8.GetBytes(action)));
            }

            identifier.AddRange(Field(3, operation.ToArray()));
        }

        return Convert.ToHexStringLower([2, .. location.Length == 0 ? [] : Packet(1, Encoding.UTF8.GetBytes(location)), .. Packet(2, identifier.ToArray()), 0, 0, .. Packet(6, new byte[32])]);
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), .. Length(content.Length), .. content];

    private static byte[] Packet(byte type, ReadOnlySpan<byte> content) => [type, .. Length(content.Length), .. content];

    private static byte[] Length(int length) => length < 0x80 ? [(byte)length] : [(byte)(length | 0x80), (byte)(length >> 7)];
}
