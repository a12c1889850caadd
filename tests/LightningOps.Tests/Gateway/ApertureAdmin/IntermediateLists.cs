using System.Collections.Generic;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>Checks every list of services a roll-out went through.</summary>
internal static class IntermediateLists
{
    /// <summary>
    /// In each list, every request gets the service it got in the first, or the one it gets in the last, or nothing: so
    /// no broader service is ever open where a narrower one was sold or is to be.
    /// </summary>
    public static void AssertSafe(IReadOnlyList<IReadOnlyList<GatewayService>> lists) => AssertSafe(lists, lists[^1]);

    /// <summary>The same for a roll-out that did not get to the list it was for.</summary>
    public static void AssertSafe(IReadOnlyList<IReadOnlyList<GatewayService>> lists, IReadOnlyList<GatewayService> aim)
    {
        foreach (var request in ServedOrder.Requests)
        {
            var old = ServedOrder.FirstMatch(lists[0], request);
            var wanted = ServedOrder.FirstMatch(aim, request);
            foreach (var list in lists)
            {
                var served = ServedOrder.FirstMatch(list, request);
                Assert.True(
                    served is null || ServedOrder.IsSame(served, old) || ServedOrder.IsSame(served, wanted),
                    request + " gets " + served + " instead of " + old + " or " + wanted);
            }
        }
    }
}
