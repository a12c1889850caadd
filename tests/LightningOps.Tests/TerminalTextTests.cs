using Xunit;

namespace LightningOps.Tests;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain äöü ⚡\n\tx\r\ny", "plain äöü ⚡\n\tx\r\ny")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("ok\rNOT", "ok\\u000dNOT")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    [InlineData("\u009b31m\u007f", "\\u009b31m\\u007f")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("a\u200db\u00adc\u2060", "a\\u200db\\u00adc\\u2060")]
    [InlineData("\udb40\udc41\ud83d\ude00", "\\udb40\\udc41\ud83d\ude00")]
    public void What_a_terminal_would_obey_is_written_out(string text, string clean) => Assert.Equal(clean, TerminalText.Clean(text));

    [Fact]
    public void Half_a_surrogate_pair_is_written_out() => Assert.Equal("x\\ud800y", TerminalText.Clean("x" + (char)0xd800 + "y"));
}
