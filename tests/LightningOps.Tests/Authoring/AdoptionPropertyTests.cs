using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Authoring;
using Xunit;

namespace LightningOps.Tests.Authoring;

/// <summary>Files as people write them are adopted without a change, and a new price changes its own line.</summary>
public sealed class AdoptionPropertyTests
{
    private const int Files = 120;
    private static readonly CancellationToken None = CancellationToken.None;
    private int adoptedServices;
    private int foreignServices;
    private int changedLines;

    [Fact]
    public void A_handwritten_file_is_adopted_byte_equal_and_a_new_price_changes_one_line()
    {
        Gen.Int[0, int.MaxValue - 1].Sample(seed => HoldAsync(seed).GetAwaiter().GetResult(), iter: Files, threads: 1, print: static seed => seed + "\n" + new HandwrittenFile(seed).Text);

        Assert.True(adoptedServices > Files && foreignServices > Files / 10 && changedLines > Files / 2, FormattableString.Invariant($"{adoptedServices} adopted, {foreignServices} foreign, {changedLines} lines changed"));
    }

    private async Task HoldAsync(int seed)
    {
        var file = new HandwrittenFile(seed);
        using var bench = new PaywallAdoptionTests.Bench(file.Text);

        var adopted = await bench.AdoptAsync();

        Assert.Equal(file.Foreign.Order(), adopted.Foreign.Select(static foreign => foreign.Name).Order());
        Assert.All(adopted.Foreign, static foreign => Assert.NotEmpty(foreign.Reason));
        Assert.Equal(bench.Read().Count, adopted.Paywalls.Count + adopted.Foreign.Count);
        Assert.True(adopted.Plan.Changes.Count == 0, adopted.Plan.ToString());
        adoptedServices += adopted.Paywalls.Count;
        foreignServices += adopted.Foreign.Count;
        if (adopted.Paywalls.Count == 0)
        {
            return;
        }

        var compile = await bench.CompileAsync();
        Assert.True(compile.Valid, string.Join("\n", compile.Diagnostics));
        Assert.True(await bench.RollOutAsync(compile));
        Assert.Equal(file.Text, bench.ReadText());

        var paywall = adopted.Paywalls[seed % adopted.Paywalls.Count];
        var sats = (paywall.Policy.FixedAmountMsats / 1000) + 13;
        await new PaywallAuthor(bench.Plane).ChangeAsync(paywall.PaywallId, new PaywallMembers { PriceMsats = sats * 1000 }, null, isTrial: false, None);
        if (await bench.FindRefusalAsync(await bench.CompileAsync()) is { } refusal)
        {
            // Only where a service that other services refer to is written anew.
            Assert.False(file.StatesPrice(paywall.Name), refusal.Message);
            Assert.Equal(file.Text, bench.ReadText());
            return;
        }

        var (before, after) = (file.Text.Split('\n'), bench.ReadText().Split('\n'));
        Assert.Equal(sats, bench.Read().Single(service => service.Name == paywall.Name).PriceSats);
        if (file.StatesPrice(paywall.Name))
        {
            Assert.Equal(before.Length, after.Length);
            var line = Assert.Single(Enumerable.Range(0, before.Length), place => before[place] != after[place]);
            Assert.Contains("price:", before[line], StringComparison.Ordinal);
            Assert.Contains(sats.ToString(System.Globalization.CultureInfo.InvariantCulture), after[line], StringComparison.Ordinal);
            changedLines++;
        }
    }
}
