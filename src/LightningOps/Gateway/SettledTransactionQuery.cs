using System;

namespace LightningOps.Gateway;

/// <summary>Which settled transactions are wanted: those settled within a span of time, both ends included.</summary>
/// <param name="From">Settled at this time or later; whole seconds.</param>
/// <param name="To">Settled at this time or before; whole seconds.</param>
/// <param name="Limit">At most so many, 1 to 1000.</param>
/// <param name="Offset">So many are left out first.</param>
public sealed record SettledTransactionQuery(DateTimeOffset From, DateTimeOffset To, int Limit, int Offset);
