using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Payments.Lnd;

/// <summary>Every answer that was recorded of an LND (lnd.jsonl, node.jsonl), and what a payer makes of it.</summary>
public sealed class LndRecordVectorTests
{
    private const string NotInitiated = "{\"error\":{\"code\":5,\"message\":\"payment isn't initiated\",\"details\":[]}}\n";
    private const string Node = "{\"identity_pubkey\":\"02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce\",\"chains\":[{\"chain\":\"bitcoin\",\"network\":\"regtest\"}]}";

    /// <summary>Calls that no payer makes; which of them a payee's node answers is in <c>IncompleteListTests</c> and the chain of a buyer.</summary>
    private static readonly IReadOnlyDictionary<string, string> OtherCalls = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/v1/payreq"] = "an invoice is decoded here, not by the node (zpay32.jsonl)",
        ["/v1/invoices"] = "a payer adds no invoice; the list is read by an import",
        ["/v1/state"] = "what stands in the way is in the answer to every call",
        ["/v1/channels"] = "read of the payee's node only",
        ["/v1/channels/pending"] = "not read",
        ["/v1/balance/blockchain"] = "not read: it does not pay invoices",
        ["/v1/macaroon/permissions"] = "not read: a macaroon that may pay may not read it",
        ["/v1/fees"] = "not read",
        ["/v2/router/mc"] = "not read",
    };

    private static readonly JsonElement[] Records = new[] { "lnd/lnd.jsonl", "lnd/node.jsonl" }
        .SelectMany(file => File.ReadLines(Vectors.GetPath(file)))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToArray();

    public static TheoryData<int, string> Sends => Select("/v2/router/send");

    public static TheoryData<int, string> Tracks => Select("/v2/router/track");

    public static TheoryData<int, string> Questions => Select("/v1/getinfo", "/v1/balance/channels");

    [Fact]
    public void Every_record_is_of_a_call_that_is_tested_or_excepted()
    {
        Assert.Equal(137, Records.Length);
        Assert.All(Records, record => Assert.True(
            GetCall(record) is "/v2/router/send" or "/v2/router/track" or "/v1/getinfo" or "/v1/balance/channels" || OtherCalls.ContainsKey(GetCall(record)),
            record.GetProperty("path").GetString()));
        Assert.All(OtherCalls.Keys, call => Assert.Contains(Records, record => GetCall(record) == call));
    }

    [Theory]
    [MemberData(nameof(Tracks))]
    public async Task A_look_up_says_what_the_node_said(int index, string name)
    {
        var record = Records[index];
        await using var server = new LoopbackServer(request => Task.FromResult(request.Target == "/v1/getinfo" ? Reply.Json(Node) : Replay(record)));
        using var payer = Open(server);
        var payment = new SimulatedNode().Sell() with { StartedAt = DateTimeOffset.UtcNow, WasSeen = true };

        var result = await payer.GetPaymentAsync(payment, CancellationToken.None);

        // What was in flight before is failed only where the node itself says so.
        AssertSame(FindPayment(record), result, record, name);
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task A_payment_ends_as_the_node_said_and_what_it_refused_moved_nothing(int index, string name)
    {
        var record = Records[index];
        await using var server = new LoopbackServer(request => Task.FromResult(
            request.Target == "/v1/getinfo" ? Reply.Json(Node)
            : request.Target == "/v2/router/send" ? Replay(record)
            : request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.Json(NotInitiated, 404)
            : Reply.Json("{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", 500)));
        using var payer = Open(server);
        var payment = new SimulatedNode().Sell() with { StartedAt = DateTimeOffset.UtcNow };

        var result = await payer.PayAsync(payment, CancellationToken.None);

        if (FindPayment(record) is { } stated)
        {
            AssertSame(stated, result, record, name);
            return;
        }

        // LND's own form of a refusal, and a look-up that knows nothing: a failure. Anything else may still arrive.
        var isRefusal = FindError(record) is { } error && (GetStatus(record), error.GetProperty("code").GetInt32()) is (500, 2) or (400, 3) or (404, 5) or (409, 6) or (501, 12);
        Assert.True(result.State == (isRefusal ? PaymentState.Failed : PaymentState.Pending), name + ": " + result);
        Assert.False(string.IsNullOrEmpty(result.Code));
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task A_question_is_answered_or_its_refusal_is_told(int index, string name)
    {
        var record = Records[index];
        var isInfo = GetCall(record) == "/v1/getinfo";
        await using var server = new LoopbackServer(request => Task.FromResult(
            request.Target == "/v1/getinfo" ? isInfo ? Replay(record) : Reply.Json(Node)
            : request.Target == "/v1/balance/channels" ? isInfo ? Reply.Json("{}") : Replay(record)
            : Reply.Json(NotInitiated, 404)));
        using var payer = Open(server);

        var report = await PayerReport.CreateAsync(payer, CancellationToken.None);

        if (isInfo)
        {
            var text = GetStatus(record) == 200 ? JsonDocument.Parse(record.GetProperty("responseBody").GetString()!).RootElement.GetProperty("identity_pubkey").GetString() : null;
            Assert.True(text == report.Node, name + ": " + report);
            Assert.Equal(text is not null || (FindError(record) is { } denied && denied.GetProperty("message").GetString() == "permission denied"), report.Code is null);
        }
        else
        {
            var balance = GetStatus(record) == 200 ? long.Parse(JsonDocument.Parse(record.GetProperty("responseBody").GetString()!).RootElement.GetProperty("local_balance").GetProperty("msat").GetString()!, CultureInfo.InvariantCulture) : (long?)null;
            Assert.True(balance == report.BalanceMsats, name + ": " + report);
        }
    }

    private static TheoryData<int, string> Select(params string[] calls)
    {
        var data = new TheoryData<int, string>();
        for (var index = 0; index < Records.Length; index++)
        {
            if (calls.Contains(GetCall(Records[index])))
            {
                data.Add(index, Records[index].TryGetProperty("name", out var name) ? name.GetString()! : Records[index].GetProperty("path").GetString()!);
            }
        }

        return data;
    }

    private static string GetCall(JsonElement record)
    {
        var path = record.GetProperty("path").GetString()!.Split('?')[0];
        return path.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? "/v2/router/track"
            : path.StartsWith("/v1/payreq/", StringComparison.Ordinal) ? "/v1/payreq"
            : path;
    }

    private static int? GetStatus(JsonElement record) => record.GetProperty("status").ValueKind == JsonValueKind.Number ? record.GetProperty("status").GetInt32() : null;

    private static string GetBody(JsonElement record) => record.GetProperty("responseBody") switch
    {
        { ValueKind: JsonValueKind.Array } lines => string.Concat(lines.EnumerateArray().Select(line => line.GetString())),
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => string.Empty,
    };

    private static Reply Replay(JsonElement record) => GetStatus(record) is { } status ? Reply.Json(GetBody(record), status) : Reply.DropAfterReading;

    /// <summary>The last state of a payment in the answer; null where there is none.</summary>
    private static JsonElement? FindPayment(JsonElement record) => GetStatus(record) != 200 ? null
        : GetBody(record).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Last().TryGetProperty("result", out var payment) ? payment : null;

    private static JsonElement? FindError(JsonElement record)
    {
        try
        {
            var root = JsonDocument.Parse(GetBody(record)).RootElement;
            return root.TryGetProperty("error", out var error) ? error : root;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void AssertSame(JsonElement? stated, PaymentResult result, JsonElement record, string name)
    {
        var status = stated?.GetProperty("status").GetString();
        var expected = status switch { "SUCCEEDED" => PaymentState.Paid, "FAILED" => PaymentState.Failed, _ => PaymentState.Pending };
        Assert.True(expected == result.State, name + ": " + result);
        Assert.Equal(stated is not null, result.IsSeen);
        if (expected == PaymentState.Paid)
        {
            var payment = stated!.Value;
            Assert.Equal(
                (Number("value_msat"), Number("fee_msat"), payment.GetProperty("payment_preimage").GetString(), payment.GetProperty("payment_index").GetString()),
                (result.Amount!.Value.Value, result.Fee!.Value.Value, result.Preimage!.Reveal(), result.PaymentId));
            Assert.True(result.Preimage.MatchesPaymentHash(LightningOps.L402.PaymentHash.Parse(payment.GetProperty("payment_hash").GetString()!)), name);

            long Number(string member) => long.Parse(payment.GetProperty(member).GetString()!, CultureInfo.InvariantCulture);
        }
        else if (expected == PaymentState.Failed)
        {
            Assert.Equal(
                stated!.Value.GetProperty("failure_reason").GetString() switch
                {
                    "FAILURE_REASON_TIMEOUT" => "payment_timeout",
                    "FAILURE_REASON_NO_ROUTE" => "no_route",
                    "FAILURE_REASON_INCORRECT_PAYMENT_DETAILS" => "incorrect_payment_details",
                    "FAILURE_REASON_INSUFFICIENT_BALANCE" => "insufficient_balance",
                    var other => other,
                },
                result.Code);
        }
        else
        {
            Assert.False(string.IsNullOrEmpty(result.Code), GetBody(record));
        }
    }

    private static LndPayer Open(LoopbackServer server) => new(new LndPayerOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.From("0201036c6e64") });
}
