using System;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Faults;

/// <summary>
/// A fault at every single request of a whole reconcile: the gateway serves the old or the new configuration whole, the
/// control plane's record says which, and the next run converges.
/// </summary>
public sealed class ReconcileFaultTests
{
    public static TheoryData<string, HttpFault> Cases()
    {
        var cases = new TheoryData<string, HttpFault>();
        foreach (var peer in new[] { "ops", "admin" })
        {
            foreach (var fault in Enum.GetValues<HttpFault>())
            {
                cases.Add(peer, fault);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_fault_at_any_request_of_a_gateway_that_is_asked_once(string peer, HttpFault fault)
    {
        await using var run = await FaultyRun.PrepareAsync(GetPeer(peer));
        for (var at = 1; at <= run.Requests; at++)
        {
            var place = at;
            await run.HoldAsync(number => number == place ? fault : null, FaultyRun.TestTries.Once, isUp: true, fault + " at " + at);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_fault_at_any_request_is_got_over_by_trying_again(string peer, HttpFault fault)
    {
        await using var run = await FaultyRun.PrepareAsync(GetPeer(peer));
        for (var at = 1 + ((int)fault % 2); at <= run.Requests; at += 2)
        {
            var place = at;
            await run.HoldAsync(number => number == place ? fault : null, FaultyRun.TestTries.Many, isUp: true, fault + " at " + at);
        }
    }

    [Theory]
    [InlineData("ops", HttpFault.DroppedBefore)]
    [InlineData("ops", HttpFault.ErrorAfter)]
    [InlineData("admin", HttpFault.DroppedBefore)]
    [InlineData("admin", HttpFault.DroppedAfter)]
    public async Task A_gateway_that_is_gone_from_any_request_on_is_brought_there_once_it_is_back(string peer, HttpFault fault)
    {
        await using var run = await FaultyRun.PrepareAsync(GetPeer(peer));
        for (var at = 1; at <= run.Requests; at++)
        {
            var place = at;
            await run.HoldAsync(number => number >= place ? fault : null, FaultyRun.TestTries.Once, isUp: false, fault + " from " + at);
        }
    }

    private static IFaultyPeer GetPeer(string name) => name == "ops" ? new OpsFaultyPeer() : new AdminFaultyPeer();
}
