using System.IO;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Settings;

public sealed class VariableNamesTests
{
    [Theory]
    [InlineData("OA_LIGHTNING_OPS_DAILY_BUDGET_MSAT", "OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS")]
    [InlineData("OA_LIGHTNING_OPS_STROE", "OA_LIGHTNING_OPS_STORE")]
    [InlineData("oa_lightning_ops_secret", "OA_LIGHTNING_OPS_SECRET")]
    public void A_name_that_nothing_reads_has_a_nearest(string name, string nearest) =>
        Assert.Equal((name, nearest), Assert.Single(VariableNames.FindMisspelt([name, "PATH", "OA_LIGHTNING_OPS_STORE"])));

    [Fact]
    public void Names_that_are_read_are_none() => Assert.Empty(VariableNames.FindMisspelt(VariableNames.All));

    [Fact]
    public void A_relative_path_begins_in_the_folder_of_the_session()
    {
        var folder = Path.GetTempPath();

        Assert.Equal(Path.Combine(folder, "a", "b.db"), PathSetting.Resolve(Path.Combine("a", "b.db"), folder));
        Assert.Equal(Path.Combine(folder, "~a"), PathSetting.Resolve("~a", folder));
        Assert.Equal(Path.Combine(folder, "x"), PathSetting.Resolve(Path.Combine(folder, "x"), "/elsewhere"));
    }
}
