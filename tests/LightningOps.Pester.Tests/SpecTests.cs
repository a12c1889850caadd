using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LightningOps.Pester.Tests;

/// <summary>Each spec file of tests/Pester is one test; its counts are in the output.</summary>
public sealed class SpecTests(ITestOutputHelper output, SpecProgress progress) : SpecFileTests(output, progress), IClassFixture<SpecProgress>
{
    public static TheoryData<string> Files =>
        new(Directory.GetFiles(Places.Specs, "*.Tests.ps1").Select(static file => Path.GetFileName(file)).Where(static file => file != RunbookSpecTests.Runbooks).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public Task Specs_pass(string file) => RunAsync(file);
}

/// <summary>The specs of the runbooks, which take half of the time; they run beside the others.</summary>
public sealed class RunbookSpecTests(ITestOutputHelper output, SpecProgress progress) : SpecFileTests(output, progress), IClassFixture<SpecProgress>
{
    internal const string Runbooks = "Runbooks.Tests.ps1";

    [Theory]
    [InlineData(Runbooks)]
    public Task Specs_pass(string file) => RunAsync(file);
}

/// <summary>Runs a spec file and reports its counts.</summary>
public abstract class SpecFileTests(ITestOutputHelper output, SpecProgress progress)
{
    protected async Task RunAsync(string file)
    {
        var run = await SpecRun.RunAsync(file);

        output.WriteLine(run.Output);
        if (run.Result is not { } result)
        {
            Assert.Fail(run.Output.Contains("ICU", StringComparison.Ordinal)
                ? "PowerShell does not start: it needs ICU, which this system lacks. Install it (Debian: apt-get install libicu72, Alpine: apk add icu-libs). " + run.Output
                : "The specs ended without a result. " + run.Output);
            return;
        }

        output.WriteLine("Specs: " + result);
        progress.Report(file + ": " + result);
        Assert.True(result.Failed == 0, string.Join("\n\n", result.Failures));
        Assert.True(result.Passed > 0, "No spec of this file has run.");
    }
}

/// <summary>Shows the counts of each file as soon as it has run.</summary>
public sealed class SpecProgress(IMessageSink sink)
{
    public void Report(string line) => sink.OnMessage(new DiagnosticMessage(line));
}
