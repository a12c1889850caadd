using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>Each term of a sale in the plan and the drift of a file gateway.</summary>
public sealed class FileTermsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Members => PolicyTerms.Members;

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_term_that_is_declared_or_removed_is_drift_and_a_change_of_its_member(string member)
    {
        var plain = Selling("/a").WithQuotas();
        using var file = new GatewayFile("127.0.0.1:1");
        await File.WriteAllTextAsync(file.Path, file.With(string.Empty));
        using var gateway = file.Open();

        foreach (var (live, desired) in new[] { (plain, plain.Declaring(member)), (plain.Declaring(member), plain) })
        {
            await gateway.ApplyAsync(CreateRollout("dep_1", live), None);
            var drift = await CheckAsync(desired);

            Assert.Equal(DriftStatus.InDrift, drift.Status);
            var change = Assert.Single(drift.Plan!.Changes);
            Assert.Equal(ServiceChangeKind.Changed, change.Kind);
            Assert.All(change.Members, changed => Assert.StartsWith(PolicyTerms.GetServiceMember(member), changed.Member, StringComparison.Ordinal));
            Assert.NotEmpty(change.Members);
            Assert.Equal(DriftStatus.InSync, (await CheckAsync(live)).Status);
        }

        Task<DriftResult> CheckAsync(Paywall paywall) =>
            new DriftCheck(new MockControlPlane(TimeProvider.System, [paywall]), gateway, TimeProvider.System).RunAsync(new ReconcileOptions { RequestId = "r", AllowDynamicPriceLoss = true }, None);
    }
}
