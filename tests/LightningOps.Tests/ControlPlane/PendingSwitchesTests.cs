using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Offline;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

public sealed class PendingSwitchesTests
{
    [Fact]
    public async Task Switches_that_are_set_at_the_same_time_are_all_kept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("switches.pending.json");
        const int count = 40;

        await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Factory.StartNew(
            () => new PendingSwitches(path, "api").Add(new PendingSwitch { ControlPlane = "api", OwnerId = "owner_" + number, SetAtMs = number }),
            TaskCreationOptions.LongRunning)));

        Assert.Equal(count, new PendingSwitches(path, "api").Read().Count);
    }

    [Fact]
    public void A_lock_that_another_process_does_not_let_go_keeps_no_switch_from_being_kept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("switches.pending.json");
        using var held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        new PendingSwitches(path, "api").Add(new PendingSwitch { ControlPlane = "api", SetAtMs = 1 });

        Assert.Single(new PendingSwitches(path, "api").Read());
    }
}
