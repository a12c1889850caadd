using Xunit;

namespace LightningOps.Tests.Compile;

public sealed class DiagnosticsTextTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("2 error", DiagnosticSeverity.Error, DiagnosticSeverity.Error)]
    [InlineData("1 error, 2 warn, 1 info", DiagnosticSeverity.Info, DiagnosticSeverity.Warn, DiagnosticSeverity.Error, DiagnosticSeverity.Warn)]
    public void The_gravest_severity_comes_first(string text, params DiagnosticSeverity[] severities) =>
        Assert.Equal(text, DiagnosticsText.Summarize(severities));
}
