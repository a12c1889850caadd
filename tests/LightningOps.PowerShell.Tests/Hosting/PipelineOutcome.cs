using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>What a pipeline wrote.</summary>
internal sealed record PipelineOutcome(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose)
{
    /// <summary>The one object written, when nothing went wrong.</summary>
    public PSObject Single()
    {
        Xunit.Assert.Empty(Errors.Select(static error => error.ToString()));
        return Xunit.Assert.Single(Output);
    }

    /// <summary>The text of the one object written.</summary>
    public string Text() => Single().ToString();

    /// <summary>The one error, whose id starts with <paramref name="id"/>.</summary>
    public ErrorRecord Error(string id)
    {
        var error = Xunit.Assert.Single(Errors);
        Xunit.Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        return error;
    }
}
