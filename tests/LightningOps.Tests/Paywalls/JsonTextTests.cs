using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using LightningOps.Json;
using Xunit;

namespace LightningOps.Tests.Paywalls;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{ \"a\" : [ 1 , 2.50 ] ,\r\n\t\"b c\": \" x \\\" y \" }", "{\"a\":[1,2.50],\"b c\":\" x \\\" y \"}")]
    [InlineData("\"\\\\\" ", "\"\\\\\"")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("1.0e+2", "1.0e+2")]
    public void The_white_space_between_tokens_is_left_out_and_each_token_stays(string given, string kept) =>
        Assert.Equal(kept, JsonText.From(given).Value);

    [Fact]
    public void A_line_feed_within_it_begins_no_line_of_a_file_of_lines()
    {
        var forged = JsonText.From("{\"a\":1,\n\"settlementId\":\"set_forged\",\"amountMsats\":99000000\n}");

        Assert.DoesNotContain("\n", ArtifactJson.Serialize(new { metadata = forged }), System.StringComparison.Ordinal);
    }

    [Fact]
    public void The_members_of_an_object_are_those_a_script_expects_in_their_order()
    {
        var json = (IDictionary)JsonText.From("{\"z\":1,\"big\":123456789012345678901234567890,\"u\":18446744073709551615,\"d\":1.50,\"e\":1e400,\"t\":\"\\u00e9\",\"half\":\"\\ud800\",\"n\":null,\"b\":true,\"o\":{\"x\":[-7]},\"z\":2}");

        Assert.Equal(["z", "big", "u", "d", "e", "t", "half", "n", "b", "o"], json.Keys.Cast<string>());
        Assert.Equal((2L, BigInteger.Parse("123456789012345678901234567890", System.Globalization.CultureInfo.InvariantCulture), ulong.MaxValue, 1.50m, "1e400", "é"), (json["z"], json["big"], json["u"], json["d"], json["e"], json["t"]));
        Assert.Equal((null, true), (json["n"], json["b"]));
        Assert.Equal(-7L, Assert.Single((IReadOnlyList<object?>)((IDictionary)json["o"]!)["x"]!));
        Assert.Equal(json.Count, json.Cast<object>().Count());
        Assert.Throws<NotSupportedException>(() => json.Add("a", 1));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1,")]
    public void A_text_that_is_no_JSON_has_no_members_and_is_written_by_nobody(string broken)
    {
        Assert.Empty((IEnumerable)JsonText.From(broken));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => ArtifactJson.Serialize(new { metadata = JsonText.From(broken) }));
    }

    [Theory]
    [InlineData("{\"b\":1.50,\"a\":[2]}")]
    [InlineData("[{\"a\":1}]")]
    [InlineData("\"t\"")]
    public void It_is_written_to_the_letter_under_any_declared_type(string json)
    {
        Assert.Equal("{\"m\":" + json + "}", ArtifactJson.Serialize(new { M = JsonText.From(json) }));
        Assert.Equal("{\"m\":" + json + "}", ArtifactJson.Serialize(new { M = (object)JsonText.From(json) }));
        Assert.Equal("{\"m\":" + json + "}", ArtifactJson.Serialize(new Dictionary<string, object> { ["m"] = JsonText.From(json) }));
    }

    [Fact]
    public void Equal_texts_are_equal()
    {
        Assert.Equal(JsonText.From("{\"a\":1}"), JsonText.From("{ \"a\" : 1 }"));
        Assert.True(JsonText.From("1") == JsonText.From("1"));
        Assert.True(JsonText.From("1") != JsonText.From("2"));
        Assert.Equal(JsonText.From("[]").GetHashCode(), JsonText.From("[]").GetHashCode());
    }
}
