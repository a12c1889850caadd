using System;
using System.Text.Json;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>The envelope of an answer: a result or an error. The result is only located, because it may be large.</summary>
internal sealed class AnswerEnvelope
{
    // Only its own two members of an answer have a meaning; the rest belongs to the function.
    private static readonly MemberNames AnswerMembers = new("ok?", "error?");
    private static readonly MemberNames ConvexMembers = new("ok?", "error?", "status?", "value?", "errorMessage?", "errorData?");

    private readonly ReadOnlyMemory<byte> body;
    private bool ok = true;
    private JsonText? error;
    private (int Start, int Length) value;

    private AnswerEnvelope(ReadOnlyMemory<byte> body) => this.body = body;

    /// <summary>Convex: success or error.</summary>
    public string? Status { get; private set; }

    /// <summary>Convex: what the function threw.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>Convex: the data the function threw.</summary>
    public JsonText? ErrorData { get; private set; }

    /// <summary>Convex: the function's answer; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Value => body.Slice(value.Start, value.Length);

    /// <summary>Reads the outer members of the Convex envelope.</summary>
    /// <exception cref="ControlPlaneTransportException">The body is not JSON.</exception>
    /// <exception cref="ControlPlaneDecodeException">The body is not an object.</exception>
    public static AnswerEnvelope ReadConvex(ReadOnlyMemory<byte> body, TransportFailures failures) => Read(body, ConvexMembers, failures);

    /// <summary>Reads the members that mark an answer as a result or an error.</summary>
    /// <exception cref="ControlPlaneTransportException">The body is not JSON.</exception>
    /// <exception cref="ControlPlaneDecodeException">The body is not an object.</exception>
    public static AnswerEnvelope Read(ReadOnlyMemory<byte> body, TransportFailures failures) => Read(body, AnswerMembers, failures);

    /// <summary>The body, checked to be a result and not an error with a success status.</summary>
    public ReadOnlyMemory<byte> AnswerOrThrow(TransportFailures failures) =>
        error is not null && IsTruthy(error) ? throw failures.Reported(error.Value)
        : ok ? body
        : throw failures.Reported("the answer is not ok");

    private static AnswerEnvelope Read(ReadOnlyMemory<byte> body, MemberNames members, TransportFailures failures)
    {
        var json = JsonDecoding.WithoutByteOrderMark(body);
        try
        {
            return JsonDecoding.Decode(json.Span, failures.Operation, new StringPool(), (ref JsonCursor cursor) => ReadMembers(ref cursor, members, new AnswerEnvelope(json)));
        }
        catch (ControlPlaneDecodeException e) when (e.InnerException is JsonException)
        {
            throw failures.Malformed(e);
        }
    }

    private static AnswerEnvelope ReadMembers(ref JsonCursor cursor, MemberNames members, AnswerEnvelope envelope)
    {
        var scan = new MemberScan(members);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: envelope.ok = cursor.ReadFlag(); break;
                case 1: envelope.error = cursor.ReadRaw(); break;
                case 2: envelope.Status = cursor.ReadText(); break;
                case 3: envelope.value = cursor.SkipValue(); break;
                case 4: envelope.ErrorMessage = cursor.ReadText(); break;
                default: envelope.ErrorData = cursor.ReadRaw(); break;
            }
        }

        return envelope;
    }

    // "Truthy" in the contract has JavaScript's meaning.
    private static bool IsTruthy(JsonText json) => json.Value is not ("false" or "0" or "\"\"");
}
