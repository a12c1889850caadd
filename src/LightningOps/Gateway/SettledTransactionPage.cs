using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>A page of transactions.</summary>
/// <param name="Transactions">Those created last first.</param>
/// <param name="TotalCount">How many there are on all pages; 0 when the gateway could not count them.</param>
public sealed record SettledTransactionPage(IReadOnlyList<SettledTransaction> Transactions, long TotalCount);
