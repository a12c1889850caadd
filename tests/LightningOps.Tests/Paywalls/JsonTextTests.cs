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
        Assert.Equal(kept, new JsonText(given).Value);

    [Fact]
    public void A_line_feed_within_it_begins_no_line_of_a_file_of_lines()
    {
        var forged = new JsonText("{\"a\":1,\n\"settlementId\":\"set_forged\",\"amountMsats\":99000000\n}");

        Assert.DoesNotContain("\n", ArtifactJson.Serialize(new { metadata = forged }), System.StringComparison.Ordinal);
    }
}
