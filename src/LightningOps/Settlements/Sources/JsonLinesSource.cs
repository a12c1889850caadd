using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>
/// A file with one JSON object a line. An object is an invoice update or a settlement with the members the functions of
/// the control plane take (docs/reference/control-plane.md#functions), in camelCase or snake_case; <c>type</c> (<c>invoice</c> or
/// <c>settlement</c>) may say which, else <c>settlementId</c> does. Whole requests of the older service, with the
/// function's name and <c>args</c>, and stored settlements with their <c>paymentProofRef</c> in place of the preimage are
/// understood, too. Empty lines count but mean nothing.
/// </summary>
public sealed class JsonLinesSource : ISettlementSource
{
    private readonly JsonLineBuffer lines;
    private readonly SettlementLineReader reader = new();

    /// <summary>Prepares reading; the caller disposes the stream.</summary>
    /// <param name="content">UTF-8, with or without byte order mark.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="longestLine">Longest line taken, bytes; 1 MiB by default.</param>
    public JsonLinesSource(Stream content, string name, int longestLine = 1024 * 1024)
    {
        lines = new JsonLineBuffer(content, longestLine);
        Name = name;
        Length = content.CanSeek ? content.Length : null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Bytes of the file, or null when it is a stream without end.</summary>
    public long? Length { get; }

    /// <inheritdoc/>
    public async Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken)
    {
        var inputs = new List<SettlementInput>(most);
        while (inputs.Count < most)
        {
            if (lines.TryNext(out var line))
            {
                if (Read(line) is { } input)
                {
                    inputs.Add(input);
                }
            }
            else if (!await lines.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return new SettlementBatch { Inputs = inputs, IsLast = true, Position = lines.Position };
            }
        }

        return new SettlementBatch { Inputs = inputs, Position = lines.Position };
    }

    /// <inheritdoc/>
    public Task TakenAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken) => Task.CompletedTask;

    private SettlementInput? Read(JsonLine line) =>
        line.IsTooLong
            ? SettlementInput.Of(new RejectedEvent
            {
                Line = line.Number,
                Code = RejectionCodes.LineTooLong,
                Reason = "the line is longer than an event is",
                Remedy = "Write one JSON object a line, with LF or CR LF after it.",
            })
            : IsBlank(line.Json.Span) ? null
            : reader.Read(line.Json.Span, line.Number);

    private static bool IsBlank(ReadOnlySpan<byte> line)
    {
        foreach (var value in line)
        {
            if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }
}
