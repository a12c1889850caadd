using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

/// <summary>Journal entries claim what was done only where it was done.</summary>
public sealed class RolloutEntriesTests
{
    [Theory]
    [InlineData(null, "roll-out")]
    [InlineData("rolled out the plan of eva", "roll-out of the plan of eva")]
    [InlineData("reconciled by a watch", "reconcile by a watch")]
    [InlineData("restored dep_1, gateway only", "restore of dep_1, gateway only")]
    public void A_refused_roll_out_is_not_said_to_be_done(string? action, string expected)
    {
        var step = new RolloutStep("file:/a") { Error = new GatewayException("file:/a", "read", "no_file", "Write it.") };

        var entry = RolloutEntries.Create(step, new ReconcileOptions { RequestId = "r", JournalAction = action });

        Assert.Equal((JournalResult.Refused, expected), (entry!.Result, entry.Action));
    }

    [Fact]
    public void A_roll_out_that_was_stopped_before_it_began_is_not_said_to_be_done()
    {
        var entry = RolloutEntries.Create(new RolloutStep("file:/a") { WasCancelled = true }, new ReconcileOptions { RequestId = "r" });

        Assert.Equal((JournalResult.Refused, "roll-out", "cancelled"), (entry!.Result, entry.Action, entry.Code));
    }
}
