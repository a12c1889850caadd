using LightningOps.L402.Spending;

namespace LightningOps.L402.Credentials;

/// <summary>Whether a purchase may be made: exactly one member is there.</summary>
/// <param name="purchase">Written down: it may be paid now.</param>
/// <param name="standing">Another stands in the way: one that is not finished, or one that has paid the same invoice.</param>
/// <param name="denial">It is over a budget.</param>
internal sealed class Reservation(Purchase? purchase, Purchase? standing = null, SpendDenial? denial = null)
{
    /// <summary>Written down: it may be paid now.</summary>
    public Purchase? Purchase => purchase;

    /// <summary>Another stands in the way: one that is not finished, or one that has paid the same invoice.</summary>
    public Purchase? Standing => standing;

    /// <summary>It is over a budget.</summary>
    public SpendDenial? Denial => denial;
}
