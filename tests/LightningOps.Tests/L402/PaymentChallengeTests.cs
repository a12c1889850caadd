using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>Aperture's vectors of the Payment scheme, and the Payment lines of real servers.</summary>
public sealed class PaymentChallengeTests
{
    private static readonly JsonElement Root = Vectors.Json("mpp/vectors.json");

    public static IEnumerable<object[]> Encodings => Names("base64url");

    public static IEnumerable<object[]> Single => Names("challengeHeaders");

    public static IEnumerable<object[]> Lists => Names("challengeLists");

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Base64url_has_one_spelling(string name)
    {
        var row = Find("base64url", name);
        var encoded = row.GetProperty("encoded").GetString()!;
        var bytes = Base64UrlText.Decode(encoded);

        Assert.Equal(row.TryGetProperty("error", out _), bytes is null);
        if (bytes is not null)
        {
            Assert.Equal(row.TryGetProperty("decodedHex", out var hex) ? hex.GetString() : string.Empty, Convert.ToHexStringLower(bytes));
            Assert.Equal(row.GetProperty("canonical").GetBoolean(), Base64UrlText.Encode(bytes) == encoded);
        }
    }

    [Theory]
    [MemberData(nameof(Single))]
    public void A_challenge_is_read_to_its_parameters(string name)
    {
        var row = Find("challengeHeaders", name);

        AssertSame(row.GetProperty("parsed"), Assert.Single(PaymentChallenge.ReadAll([row.GetProperty("header").GetString()!])));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Joined_challenges_are_read_apart(string name)
    {
        var row = Find("challengeLists", name);
        var challenges = PaymentChallenge.ReadAll([row.GetProperty("header").GetString()!]);
        var expected = row.TryGetProperty("challenges", out var list) ? list.EnumerateArray().ToArray() : [];

        Assert.Equal(row.TryGetProperty("error", out _), challenges.Count == 0);
        Assert.Equal(expected.Length, challenges.Count);
        Assert.All(expected.Zip(challenges), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public void Every_Payment_line_of_a_real_server_is_read_as_a_demand()
    {
        var lines = File.ReadLines(Vectors.GetPath("clients/headers.jsonl")).SelectMany(Lines).Where(line => line.StartsWith("Payment", StringComparison.Ordinal)).ToArray();

        Assert.True(lines.Length > 40);
        Assert.All(lines, line =>
        {
            var demand = Assert.Single(PaymentDemandReader.ReadHeaders([line], []));
            Assert.Equal(("Payment", "lightning"), (demand.Scheme, demand.Method));
            Assert.Contains(demand.Intent, new[] { "charge", "session" });
            Assert.True(int.Parse(demand.Amount!, System.Globalization.CultureInfo.InvariantCulture) > 0);
            Assert.NotNull(demand.Invoice);
            Assert.EndsWith("Z", demand.Expires, StringComparison.Ordinal);
            Assert.EndsWith(".t4.test", demand.Realm, StringComparison.Ordinal);
        });
    }

    private static void AssertSame(JsonElement expected, PaymentChallenge challenge)
    {
        Assert.Equal(
            (Text(expected, "id"), Text(expected, "realm"), Text(expected, "method"), Text(expected, "intent"), Text(expected, "request")),
            (challenge.Id, challenge.Realm, challenge.Method, challenge.Intent, challenge.Request));
        Assert.Equal(
            (Text(expected, "expires"), Text(expected, "digest"), Text(expected, "description"), Text(expected, "opaque")),
            (challenge.Expires, challenge.Digest, challenge.Description, challenge.Opaque));
    }

    private static IEnumerable<string> Lines(string row)
    {
        var headers = JsonDocument.Parse(row).RootElement.GetProperty("headers");
        return headers.ValueKind != JsonValueKind.Object ? [] : headers.EnumerateObject()
            .Where(header => header.Name.Equals("WWW-Authenticate", StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value.ValueKind == JsonValueKind.Array ? header.Value.EnumerateArray().Select(value => value.GetString()!) : [header.Value.GetString()!]);
    }

    private static IEnumerable<object[]> Names(string list) => Root.GetProperty(list).EnumerateArray().Select(item => new object[] { item.GetProperty("name").GetString()! });

    private static JsonElement Find(string list, string name) => Root.GetProperty(list).EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
