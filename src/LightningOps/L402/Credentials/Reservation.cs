using LightningOps.L402.Spending;

namespace LightningOps.L402.Credentials;

/// <summary>Whether a purchase may be made: exactly one member is there.</summary>
/// <param name="Purchase">Written down: it may be paid now.</param>
/// <param name="Standing">Another stands in the way: one that is not finished, or one that has paid the same invoice.</param>
/// <param name="Denial">It is over a budget.</param>
internal sealed record Reservation(Purchase? Purchase, Purchase? Standing = null, SpendDenial? Denial = null);
