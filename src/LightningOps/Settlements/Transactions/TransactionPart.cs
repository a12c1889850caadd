using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.Settlements.Transactions;

/// <summary>What one step of a <see cref="TransactionWalk"/> found.</summary>
/// <param name="Transactions">Transactions, some perhaps seen before.</param>
/// <param name="EndsSpan">Whether all that was settled until the end of the span at hand was found now.</param>
/// <param name="IsLast">Whether that is all there is.</param>
internal sealed record TransactionPart(IReadOnlyList<SettledTransaction> Transactions, bool EndsSpan, bool IsLast);
