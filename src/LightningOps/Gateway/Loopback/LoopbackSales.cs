using System.Linq;

namespace LightningOps.Gateway.Loopback;

/// <summary>What a loopback gateway has sold, as Aperture's admin API lists it: settled within a span, those created last first.</summary>
internal static class LoopbackSales
{
    public static SettledTransactionPage Of(LoopbackGateway gateway, SettledTransactionQuery query)
    {
        var settled = gateway.Transactions
            .Where(static transaction => transaction.SettledAtMs is not null)
            .Select(static transaction => transaction.ToSettledTransaction())
            .Where(transaction => transaction.SettledAt >= query.From && transaction.SettledAt <= query.To)
            .Reverse()
            .ToArray();
        return new SettledTransactionPage(settled.Skip(query.Offset).Take(query.Limit).ToArray(), settled.Length);
    }
}
