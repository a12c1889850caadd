using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>
/// A file with one JSON object per line, or one JSON list of them, as Export-Json writes it. An object is an invoice update or a settlement with the members of the
/// control plane's functions (docs/reference/control-plane.md#functions), in camelCase or snake_case. <c>type</c>
/// (<c>invoice</c> or <c>settlement</c>) selects the kind; without it <c>settlementId</c> does. Whole requests of the
/// older service, with the function's name and <c>args</c>, and stored settlements with their <c>paymentProofRef</c>
/// instead of the preimage are accepted, too. Empty lines are counted and ignored.
/// </summary>
public sealed class JsonLinesSource : ISettlementSource
{
    private readonly JsonLineBuffer lines;
    private readonly SettlementLineReader reader = new();

    /// <summary>Prepares reading; the caller disposes the stream.</summary>
    /// <param name="content">UTF-8, with or without byte order mark.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="longestLine">Maximum length of a line in bytes; 1 MiB by default.</param>
    public JsonLinesSource(Stream content, string name, int longestLine = 1024 * 1024)
    {
        lines = new JsonLineBuffer(content, longestLine);
        Name = name;
        Length = content.CanSeek ? content.Length : null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Size of the file in bytes, or null for an endless stream.</summary>
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
    public Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken) => Task.CompletedTask;

    private SettlementInput? Read(JsonLine line) =>
        line.IsTooLong
            ? SettlementInput.From(new RejectedEvent
            {
                Line = line.Number,
                Code = RejectionCodes.LineTooLong,
                Reason = "the line is longer than the maximum event size",
                Remedy = "Write one JSON object per line, ending in LF or CR LF, or one list of them.",
            })
            : line.Fault is { } fault ? SettlementInput.From(new RejectedEvent
            {
                Line = line.Number,
                Code = "ControlPlaneDecodeError",
                Reason = fault,
                Remedy = "Write the whole list again and import it. Nothing is recorded twice.",
            })
            : IsBlank(line.Json.Span) ? null
            : Locate(reader.Read(line.Json.Span, line.Number), line.Element);

    private static SettlementInput Locate(SettlementInput input, long? element) => input.Rejection is { } rejection && element is { } place
        ? SettlementInput.From(rejection with { Reason = FormattableString.Invariant($"element {place}: {rejection.Reason}") })
        : input;

    private static bool IsBlank(ReadOnlySpan<byte> line)
    {
        foreach (var value in line)
        {
            if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }
}
