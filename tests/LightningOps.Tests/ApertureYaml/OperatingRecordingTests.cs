using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>What running Apertures were recorded to do (Vectors/aperture/operating.jsonl), against what is said before.</summary>
public class OperatingRecordingTests
{
    private const string Database = "needs a database that fails under a running Aperture; the model of an Aperture does the same in AdminOthersTests and GatewaySequenceTests";
    private const string PriceServer = "needs a price server at run time; what it means for credentials is said by the plan (MoneyTableTests, AdminDynamicPriceTests)";
    private const string Start = "a state of the machine at a start; what could not be asked is not known to a status and a plan";

    private static readonly JsonElement[] Rows =
        File.ReadLines(Vectors.GetPath("aperture/operating.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Fact]
    public void Each_recording_is_read_here_or_excepted_with_a_reason()
    {
        var read = Rows.Where(static row => IsOffer(row) || IsInfo(row)).ToArray();
        var excepted = Rows.Except(read).ToDictionary(static row => row, GetReason);

        Assert.Equal((4, 9), (read.Length, excepted.Count));
        Assert.All(excepted, static pair => Assert.True(pair.Value.Length > 0, pair.Key.ToString()));
    }

    [Fact]
    public void A_scheme_that_is_offered_and_refused_after_payment_is_said_and_no_other()
    {
        var rows = Rows.Where(IsOffer).ToArray();
        Assert.Equal(3, rows.Length);
        foreach (var row in rows)
        {
            var service = row.GetProperty("service").GetString()!;
            var scheme = service.Contains("_L402 ", StringComparison.Ordinal) ? "authscheme: l402" : service.EndsWith("_MPP", StringComparison.Ordinal) ? "authscheme: mpp" : string.Empty;
            var found = ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {enablempp: true, lndhost: a:1, tlspath: b, macdir: c}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.ServiceWith(scheme)).Diagnostics
                .Where(static diagnostic => diagnostic.Code == "authscheme_refuses_offer").Select(static diagnostic => diagnostic.Message).ToArray();

            Assert.Equal(row.GetProperty("paymentPaid").GetInt32() == 402, found.Any(static message => message.Contains("refuses Payment", StringComparison.Ordinal)));
            Assert.Equal(row.GetProperty("l402Paid").GetInt32() == 402, found.Any(static message => message.Contains("refuses L402", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_answer_about_ways_to_pay_is_read()
    {
        var body = Assert.Single(Rows, IsInfo).GetProperty("body");
        var offers = AdminJson.ReadInfo(Encoding.UTF8.GetBytes(body.GetRawText()));

        Assert.Equal((body.GetProperty("mpp_enabled").GetBoolean(), body.GetProperty("sessions_enabled").GetBoolean()), (offers.Payments, offers.Sessions));
    }

    private static bool IsOffer(JsonElement row) => row.TryGetProperty("paymentPaid", out _);

    private static bool IsInfo(JsonElement row) => row.TryGetProperty("body", out var body) && body.TryGetProperty("mpp_enabled", out _);

    private static string GetReason(JsonElement row)
    {
        var text = row.ToString();
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Error persisting"] = Database,
            ["failed to list transactions"] = Database,
            ["mpp_charge"] = "what the database keeps of a charge is read in ApertureDatabaseTests",
            ["pricer"] = PriceServer,
            ["dynamicprice"] = PriceServer,
            ["first second after start"] = Start,
            ["permission denied"] = Start,
        };
        return reasons.FirstOrDefault(pair => text.Contains(pair.Key, StringComparison.Ordinal)).Value ?? string.Empty;
    }
}
