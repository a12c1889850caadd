using System;
using CsCheck;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Settings;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("KEY=value", "value")]
    [InlineData("  export KEY = value  ", "value")]
    [InlineData("export\tKEY=value", "value")]
    [InlineData("KEY=", "")]
    [InlineData("KEY=a=b#c", "a=b#c")]
    [InlineData("KEY=value # comment", "value")]
    [InlineData("KEY=# comment", "")]
    [InlineData("KEY=\"a # b\" # comment", "a # b")]
    [InlineData("KEY=\"a\\n\\t\\\"\\\\\\x\"", "a\n\t\"\\\\x")]
    [InlineData("KEY='a\\n\"$HOME'", "a\\n\"$HOME")]
    [InlineData("KEY=first\nKEY=last", "last")]
    [InlineData("# comment\r\n\r\nKEY=value\r\n", "value")]
    [InlineData("\uFEFFKEY=value", "value")]
    [InlineData("KEY=C:\\path\\new", "C:\\path\\new")]
    public void A_line_gives_its_value(string text, string expected) =>
        Assert.Equal(expected, EnvironmentFile.Parse(text, ".env")["KEY"]);

    [Theory]
    [InlineData("\n\nhunter2", "line 3 has no =")]
    [InlineData("=hunter2", "line 1 has no variable name before =")]
    [InlineData("1KEY=hunter2", "line 1 has no variable name before =")]
    [InlineData("hunter 2=x", "line 1 has no variable name before =")]
    [InlineData("KEY=\"hunter2", "line 1 has no closing quote")]
    [InlineData("# x\r\nKEY='hunter2' more", "line 2 has text after the closing quote")]
    public void A_malformed_line_is_told_by_number_and_not_repeated(string text, string reason)
    {
        var error = Assert.Throws<ConfigException>(() => EnvironmentFile.Parse(text, "ops.env"));

        Assert.Equal(("ops.env", reason), (error.Field, error.Reason));
        Assert.DoesNotContain("hunter", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_crashes_the_parser() =>
        Gen.Char["=\"'# \\\n\r\tAexport1é"].Array[0, 40].Sample(text =>
        {
            try
            {
                EnvironmentFile.Parse(new string(text), ".env");
            }
            catch (ConfigException)
            {
                // The only possible failure.
            }
        });
}
