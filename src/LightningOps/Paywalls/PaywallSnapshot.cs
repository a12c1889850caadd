using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Json;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Paywalls;

/// <summary>
/// The JSON of a set of paywalls: <c>{"paywalls":[…]}</c> (other members are ignored) or the list itself, in any form
/// docs/reference/control-plane.md#decoding allows. A snapshot is read completely or not at all.
/// </summary>
public static class PaywallSnapshot
{
    /// <summary>Reads a snapshot from UTF-8 JSON, with or without a byte order mark.</summary>
    /// <param name="json">The document.</param>
    /// <param name="source">Its source, for failures: a file, a function.</param>
    /// <returns>The paywalls in the order received.</returns>
    /// <exception cref="ControlPlaneDecodeException">The document has an invalid form; the path of the member is named.</exception>
    public static IReadOnlyList<Paywall> Read(ReadOnlyMemory<byte> json, string source) =>
        JsonDecoding.Decode<IReadOnlyList<Paywall>>(json.Span, source, new StringPool(), PaywallDecoder.ReadSnapshot);

    /// <summary>Reads a snapshot from a stream to its end.</summary>
    /// <inheritdoc cref="Read(ReadOnlyMemory{byte}, string)"/>
    public static IReadOnlyList<Paywall> Read(Stream json, string source)
    {
        using var content = BufferFor(json);
        json.CopyTo(content);
        return Read(Written(content), source);
    }

    /// <summary>Reads a snapshot from a stream to its end.</summary>
    /// <param name="json">The document.</param>
    /// <param name="source">Its source, for failures.</param>
    /// <param name="cancellationToken">Stops the reading of the stream.</param>
    /// <returns>The paywalls in the order received.</returns>
    /// <exception cref="ControlPlaneDecodeException">The document has an invalid form; the path of the member is named.</exception>
    public static async Task<IReadOnlyList<Paywall>> ReadAsync(Stream json, string source, CancellationToken cancellationToken)
    {
        using var content = BufferFor(json);
        await json.CopyToAsync(content, 81920, cancellationToken).ConfigureAwait(false);
        return Read(Written(content), source);
    }

    /// <summary>Checks a paywall from another source, such as a copy from a job, like one of a snapshot.</summary>
    /// <param name="paywall">The paywall.</param>
    /// <param name="source">Its source, for failures.</param>
    /// <exception cref="ControlPlaneDecodeException">A member has an invalid form; its path is named.</exception>
    public static Paywall Check(Paywall paywall, string source)
    {
        string json;
        try
        {
            json = Write([paywall]);
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            throw new ControlPlaneDecodeException(source, nameof(Paywall.Metadata), "is not JSON", malformed);
        }

        return Read(Encoding.UTF8.GetBytes(json), source)[0];
    }

    /// <summary>The snapshot's JSON, <c>{"paywalls":[…]}</c>, which reads back as the same paywalls.</summary>
    /// <param name="paywalls">The paywalls in order.</param>
    /// <param name="indented">Two spaces per level; else one line.</param>
    public static string Write(IReadOnlyList<Paywall> paywalls, bool indented = false) =>
        ArtifactJson.Serialize(new { Paywalls = paywalls }, indented);

    private static MemoryStream BufferFor(Stream json) =>
        json.CanSeek && json.Length - json.Position is > 0 and <= int.MaxValue and var rest ? new MemoryStream((int)rest) : new MemoryStream();

    private static ReadOnlyMemory<byte> Written(MemoryStream content) =>
        new(content.GetBuffer(), 0, (int)content.Length);
}
