using System;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Decoding;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Settlements.Sources;

/// <summary>Reads the JSON object of one event.</summary>
internal sealed class SettlementLineReader
{
    private const string Source = "event";

    private static readonly MemberNames Members = MemberNames.WithPascalCase(
        "type?", "functionName?", "path?", "args?", "settlement?", "settlementId?", "paywallId?", "ownerId?", "invoiceId?", "amountMsats?", "status?",
        "paymentHash?", "paymentRequest?", "paymentProofRef?", "paymentProofType?", "paymentProofValue?", "requestId?", "taskId?", "routeId?",
        "metadata?", "settledAtMs?", "createdAtMs?");

    private readonly StringPool strings = new();

    /// <summary>The event, or why it is invalid; never a value that was read.</summary>
    public SettlementInput Read(ReadOnlySpan<byte> json, long line)
    {
        var members = new SettlementMembers();
        try
        {
            JsonDecoding.Decode(json, Source, strings, (ref JsonCursor cursor) => Fill(ref cursor, members));
            return SettlementInput.From(members.ToEvent(), line);
        }
        catch (Exception failure) when (failure is ControlPlaneDecodeException or InvalidPreimageException)
        {
            return SettlementInput.From(new RejectedEvent
            {
                Line = line,
                Id = members.GetShownId(),
                Code = ((LightningOpsException)failure).Tag,
                Reason = GetReason(failure),
                Remedy = "Correct the event and import it again. Nothing is recorded twice.",
            });
        }
    }

    private static string GetReason(Exception failure)
    {
        if (failure is not ControlPlaneDecodeException decode)
        {
            return failure.Message;
        }

        // An event is one line; the rejection names the line of the file.
        const string onlyLine = "line 1, ";
        var place = decode.Path.StartsWith(onlyLine, StringComparison.Ordinal) ? decode.Path.Substring(onlyLine.Length) : decode.Path;
        return place + " " + decode.Reason;
    }

    private static SettlementMembers Fill(ref JsonCursor cursor, SettlementMembers members)
    {
        var scan = new MemberScan(Members);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            if (scan.IsRepeated(scan.Current))
            {
                throw cursor.Failure("is there twice");
            }

            switch (scan.Current)
            {
                case 0: members.Type = cursor.ReadRepeatedText(); break;
                case 1 or 2: members.Function = cursor.ReadRepeatedText(); break;
                case 3 or 4: members.Add(Fill(ref cursor, new SettlementMembers())); break;
                case 5: members.SettlementId = cursor.ReadText(); break;
                case 6: members.PaywallId = cursor.ReadRepeatedText(); break;
                case 7: members.OwnerId = cursor.ReadRepeatedText(); break;
                case 8: members.InvoiceId = cursor.ReadText(); break;
                case 9: members.AmountMsats = cursor.ReadInteger(); break;
                case 10: members.Status = ReadStatus(ref cursor); break;
                case 11: members.PaymentHash = cursor.ReadText(); break;
                case 12: members.PaymentRequest = cursor.ReadText(); break;
                case 13: members.PaymentProofRef = cursor.ReadText(); break;
                case 14: members.PaymentProofType = cursor.ReadRepeatedText(); break;
                case 15: members.PaymentProofValue = cursor.ReadText(); break;
                case 16: members.RequestId = cursor.ReadText(); break;
                case 17: members.TaskId = cursor.ReadText(); break;
                case 18: members.RouteId = cursor.ReadRepeatedText(); break;
                case 19: members.Metadata = cursor.Token == System.Text.Json.JsonTokenType.StartObject ? cursor.ReadRaw() : throw cursor.Failure("must be an object"); break;
                case 20: members.SettledAtMs = cursor.ReadInteger(); break;
                default: members.CreatedAtMs = cursor.ReadInteger(); break;
            }
        }

        return members;
    }

    // ConvertTo-Json writes an enum as its number.
    private static InvoiceStatus ReadStatus(ref JsonCursor cursor) =>
        cursor.Token != System.Text.Json.JsonTokenType.Number ? cursor.ReadEnum(SettlementDecoder.Statuses)
        : cursor.ReadInteger() is >= (long)InvoiceStatus.Open and <= (long)InvoiceStatus.Settled and var number ? (InvoiceStatus)number
        : throw cursor.Failure("must be a status of an invoice");
}
