using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage;

public sealed class ScratchStoreTests
{
    [Fact]
    public async Task It_is_beside_the_operators_store_and_gone_with_the_object()
    {
        using var folder = new TemporaryFolder();
        using (var scratch = ScratchStore.CreateBeside(folder.File("store.db")))
        {
            using var plane = new LocalControlPlane(new LocalStoreOptions { Path = scratch.Path });
            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, default);
            Assert.StartsWith(folder.Path, scratch.Path, System.StringComparison.Ordinal);
            Assert.True(File.Exists(scratch.Path));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void One_that_was_never_used_leaves_nothing()
    {
        using var folder = new TemporaryFolder();

        ScratchStore.CreateBeside(folder.File("store.db")).Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
