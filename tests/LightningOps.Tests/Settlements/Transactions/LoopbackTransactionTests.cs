using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;
using LightningOps.Settlements;
using LightningOps.Settlements.Transactions;
using LightningOps.Tests.Gateway.Loopback;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Settlements.Transactions;

public sealed class LoopbackTransactionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_purchase_is_found_again_as_a_settlement_by_its_payment_hash()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(name: "pw.route"));
        var paid = await bench.ChallengeAsync();
        await bench.PayAsync(paid);
        await bench.ChallengeAsync();
        using var gateway = GatewayFactory.Create(
            GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [bench.Gateway] });
        using var plane = new MockControlPlane(TimeProvider.System);
        using var cursors = new MemorySettlementCursors();
        var paywalls = new[] { Paywall("pw", Route("route", LoopbackBench.Host, "/a")) };
        var import = new SettlementImport(plane, new SettlementImportOptions());

        await import.ImportAsync(new GatewayTransactionSource((IGatewayTransactions)gateway, gateway.Name, paywalls, cursors, new GatewayTransactionOptions()), None);

        var hash = Bolt11Invoice.Parse(paid.Invoice).PaymentHash;
        var found = Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery { PaymentHash = hash }, None));
        Assert.Equal(("pw", "route", 3000L), (found.Settlement.PaywallId, found.RouteId, (long)found.Settlement.AmountMsats));
        Assert.Equal(1, import.CreateResult("test").Processed);
    }
}
