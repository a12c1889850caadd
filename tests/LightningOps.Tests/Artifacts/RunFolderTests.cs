using System.IO;
using LightningOps.Artifacts;
using Xunit;

namespace LightningOps.Tests.Artifacts;

public sealed class RunFolderTests
{
    [Theory]
    [InlineData("smoke:full-flow:1795366963668", "smoke_full-flow_1795366963668")]
    [InlineData("A.b_c-9", "A.b_c-9")]
    [InlineData("../../etc", ".._.._etc")]
    [InlineData("a :/\\ b", "a_b")]
    [InlineData("äöü", "_")]
    [InlineData("..", "_..")]
    [InlineData("", "_")]
    public void A_request_is_made_fit_for_a_path(string requestId, string name)
    {
        Assert.Equal(name, RunFolder.GetName(requestId));
    }

    [Fact]
    public void A_name_has_at_most_120_characters()
    {
        Assert.Equal(120, RunFolder.GetName(new string('x', 500)).Length);
    }

    [Fact]
    public void Artifacts_go_below_output_by_default()
    {
        Assert.Equal(
            Path.Combine("here", "output", "lightning-ops", "full-flow", "r_1"),
            RunFolder.Default("here", "full-flow", "r:1"));
    }
}
