using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Paywalls;

public sealed class PaywallSnapshotTests
{
    private const string Minimal = """
        {"paywalls":[{"paywallId":"p","ownerId":"o","name":"n","status":"active","createdAtMs":1,"updatedAtMs":2,
        "policy":{"paywallId":"p","ownerId":"o","pricingMode":"fixed","fixedAmountMsats":0,"killSwitch":false,"createdAtMs":1,"updatedAtMs":2},
        "routes":[{"routeId":"r","paywallId":"p","ownerId":"o","hostPattern":"h","pathPattern":"/","upstreamUrl":"https://u","protocol":"https","timeoutMs":1,"priority":2,"createdAtMs":1,"updatedAtMs":2}]}]}
        """;

    [Fact]
    public void Laravel_and_protobuf_forms_decode_to_equal_paywalls()
    {
        var laravel = PaywallSnapshot.Read(Vectors.Bytes("snapshots/hosted-laravel.json"), "laravel");
        var protobuf = PaywallSnapshot.Read(Vectors.Bytes("snapshots/hosted-protobuf-json.json"), "protobuf");

        Assert.Equal(5, laravel.Count);
        Assert.Equal(ArtifactJson.Serialize(laravel), ArtifactJson.Serialize(protobuf));
        Assert.Equal(PaywallStatus.Paused, protobuf[4].Status);
        Assert.Equal(RouteProtocol.Http, protobuf[3].Routes[0].Protocol);
        Assert.Equal(["api.openagents.com"], protobuf[4].Policy.AllowedHosts);
        Assert.Equal("fixed", protobuf[0].Policy.PricingMode);
        Assert.Equal(100_000, protobuf[0].Policy.MaxPerRequestMsats!.Value);
    }

    [Fact]
    public void Every_recorded_snapshot_decodes_and_is_written_back_as_it_was()
    {
        foreach (var line in File.ReadLines(Vectors.GetPath("compile.jsonl")))
        {
            var paywalls = JsonNode.Parse(line)!["paywalls"]!;
            var read = PaywallSnapshot.Read(Encoding.UTF8.GetBytes(paywalls.ToJsonString()), "vector");

            Assert.True(JsonNode.DeepEquals(paywalls, JsonNode.Parse(ArtifactJson.Serialize(read))), line);
        }
    }

    [Fact]
    public void A_written_snapshot_reads_back_equal()
    {
        var paywalls = PaywallSnapshot.Read(Vectors.Bytes("snapshots/hosted-laravel.json"), "laravel");

        foreach (var indented in new[] { false, true })
        {
            var written = PaywallSnapshot.Write(paywalls, indented);
            Assert.Equal(ArtifactJson.Serialize(paywalls), ArtifactJson.Serialize(PaywallSnapshot.Read(Encoding.UTF8.GetBytes(written), "written")));
        }
    }

    [Fact]
    public async Task A_list_an_answer_a_byte_order_mark_and_a_stream_are_all_taken()
    {
        var expected = ArtifactJson.Serialize(Read(Minimal));
        var list = JsonNode.Parse(Minimal)!["paywalls"]!.ToJsonString();

        Assert.Equal(expected, ArtifactJson.Serialize(Read(list)));
        Assert.Equal(expected, ArtifactJson.Serialize(Read("{\"ok\":true,\"extra\":{\"paywalls\":1},\"paywalls\":" + list + "}")));
        Assert.Equal(expected, ArtifactJson.Serialize(Read("\uFEFF" + Minimal)));
        Assert.Equal(expected, ArtifactJson.Serialize(PaywallSnapshot.Read(new MemoryStream(Encoding.UTF8.GetBytes(Minimal)), "stream")));
        Assert.Equal(expected, ArtifactJson.Serialize(await PaywallSnapshot.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Minimal)), "stream", CancellationToken.None)));
    }

    [Theory]
    [InlineData("\"protocol\":\"https\"", "\"protocol\":\"ftp\"", "paywalls[0].routes[0].protocol", "must be one of http, https")]
    [InlineData("\"protocol\":\"https\"", "\"protocol\":\"ROUTE_PROTOCOL_UNSPECIFIED\"", "paywalls[0].routes[0].protocol", "is missing")]
    [InlineData("\"protocol\":\"https\",", "", "paywalls[0].routes[0].protocol", "is missing")]
    [InlineData("\"protocol\":\"https\"", "\"protocol\":null", "paywalls[0].routes[0].protocol", "is missing")]
    [InlineData("\"status\":\"active\"", "\"status\":\"PAYWALL_STATUS_NOT_ACTIVE\"", "paywalls[0].status", "must be one of active, paused, archived")]
    [InlineData("\"pricingMode\":\"fixed\"", "\"pricingMode\":\"PRICING_MODE_UNSPECIFIED\"", "paywalls[0].policy.pricingMode", "is missing")]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":-1", "paywalls[0].policy.fixedAmountMsats", "must not be negative")]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":1.5", "paywalls[0].policy.fixedAmountMsats", "must be a 64-bit integer")]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":9223372036854775808", "paywalls[0].policy.fixedAmountMsats", "must be a 64-bit integer")]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":\" 1\"", "paywalls[0].policy.fixedAmountMsats", "must be a 64-bit integer")]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":0,\"maxPerRequestMsats\":0", "paywalls[0].policy.maxPerRequestMsats", "must be greater than 0")]
    [InlineData("\"killSwitch\":false", "\"killSwitch\":\"false\"", "paywalls[0].policy.killSwitch", "must be true or false")]
    [InlineData("\"killSwitch\":false,", "", "paywalls[0].policy.killSwitch", "is missing")]
    [InlineData("\"killSwitch\":false", "\"killSwitch\":false,\"allowedHosts\":[\"a\",1]", "paywalls[0].policy.allowedHosts[1]", "must be a text")]
    [InlineData("\"routeId\":\"r\"", "\"routeId\":7", "paywalls[0].routes[0].routeId", "must be a text")]
    [InlineData("\"routeId\":\"r\"", "\"routeId\":\"\\ud800\"", "paywalls[0].routes[0].routeId", "is not valid Unicode text")]
    [InlineData("{\"paywalls\":[", "{\"paywalls\":[7,", "paywalls[0]", "must be an object")]
    [InlineData("{\"paywalls\":", "{\"other\":", "paywalls", "is missing")]
    [InlineData("]}]}", "]}]", "line 3, byte 199", "is not valid JSON")]
    public void A_malformed_member_is_named_by_its_path(string from, string to, string path, string reason)
    {
        var error = Assert.Throws<ControlPlaneDecodeException>(() => Read(Minimal.Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal((path, reason), (error.Path, error.Reason));
        Assert.Contains("test", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":2500.0", 2500)]
    [InlineData("\"fixedAmountMsats\":0", "\"fixedAmountMsats\":\"9223372036854775807\"", long.MaxValue)]
    [InlineData("\"fixedAmountMsats\":0", "\"fixed_amount_msats\":\"12\"", 12)]
    public void Integers_come_as_numbers_or_decimal_strings(string from, string to, long expected) =>
        Assert.Equal(expected, Read(Minimal.Replace(from, to, StringComparison.Ordinal))[0].Policy.FixedAmountMsats);

    [Fact]
    public void Metadata_keeps_its_tokens_and_loses_the_white_space_between_them()
    {
        var paywall = Read(Minimal.Replace("\"name\":\"n\"", "\"name\":\"n\",\"metadata\":{\"snake_case\": 1.50, \"b\":[\"\\u00e9\",null]}", StringComparison.Ordinal))[0];

        Assert.Equal("{\"snake_case\":1.50,\"b\":[\"\\u00e9\",null]}", paywall.Metadata!.Value);
    }

    [Fact]
    public void Repeated_texts_share_one_string()
    {
        var paywall = Read(Minimal)[0];

        Assert.Same(paywall.PaywallId, paywall.Routes[0].PaywallId);
    }

    [Fact]
    public void No_bytes_crash_the_decoder() =>
        Gen.OneOf(Gen.Byte.Array[0, 64], Mutations(Encoding.UTF8.GetBytes(Minimal))).Sample(bytes =>
        {
            try
            {
                PaywallSnapshot.Read(bytes, "random");
            }
            catch (ControlPlaneDecodeException)
            {
                // The only possible failure.
            }
        });

    private static Gen<byte[]> Mutations(byte[] seed) =>
        Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte, Gen.Int[0, seed.Length]).Array[1, 4].Select(changes =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value, _) in changes)
            {
                bytes[at] = value;
            }

            return changes[0].Item2 % 4 == 0 ? bytes[..changes[0].Item3] : bytes;
        });

    private static System.Collections.Generic.IReadOnlyList<Paywall> Read(string json) => PaywallSnapshot.Read(Encoding.UTF8.GetBytes(json), "test");
}
