using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps;

/// <summary>
/// Identity of an artifact or a snapshot: <c>cfg_</c> and the lower-case SHA-256 hex of its exact bytes (docs/reference/compile.md#hashes).
/// </summary>
/// <param name="Value">The text, for example <c>cfg_e59ce865…</c>.</param>
public readonly record struct ConfigHash(string Value)
{
    private const string Prefix = "cfg_";

    /// <summary>The text of the hash, for display and storage.</summary>
    public static implicit operator string(ConfigHash hash) => hash.ToString();

    /// <summary>The hash of <paramref name="content"/>.</summary>
    public static ConfigHash Compute(ReadOnlyMemory<byte> content)
    {
        using var sha = SHA256.Create();
        return MemoryMarshal.TryGetArray(content, out var segment)
            ? FromDigest(sha.ComputeHash(segment.Array!, segment.Offset, segment.Count))
            : FromDigest(sha.ComputeHash(content.ToArray()));
    }

    /// <summary>The hash with a known SHA-256 digest.</summary>
    internal static ConfigHash FromDigest(byte[] digest)
    {
        var text = new StringBuilder(Prefix, Prefix.Length + (digest.Length * 2));
        foreach (var value in digest)
        {
            text.Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return new ConfigHash(text.ToString());
    }

    /// <summary>The text of the hash.</summary>
    public override string ToString() => Value ?? string.Empty;
}

internal sealed class ConfigHashJsonConverter : JsonConverter<ConfigHash>
{
    public override ConfigHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new ConfigHash(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, ConfigHash value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
