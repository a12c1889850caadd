using System;
using LightningOps.ControlPlane;
using LightningOps.Settlements.Books;
using Xunit;

namespace LightningOps.Tests.Settlements;

/// <summary>The one sentence that support gives to a buyer.</summary>
public sealed class SaleVerdictTests
{
    private static readonly L402Sale Paid = new() { IsSettled = true, PaywallId = "pw", OwnerId = "ada", Service = "pw.r", AmountMsats = 2500, SettledAtMs = 1_796_000_000_000, TokenId = "ab", RefundEvidence = [] };

    [Fact]
    public void A_sale_that_was_not_paid_has_no_token_and_no_refund() =>
        Assert.Equal("Not paid: the invoice is expired, for pw.r of ada. No token is valid without a payment, and there is nothing to refund.", (Paid with { IsSettled = false, InvoiceStatus = InvoiceStatus.Expired }).Verdict);

    [Fact]
    public void A_sale_that_is_only_reported_as_paid_is_not_said_to_need_no_refund() =>
        Assert.Equal("Reported as paid, not proven, for pw.r of ada. No settlement is recorded. Import the settlements before a refund is decided.", (Paid with { IsSettled = false, InvoiceStatus = InvoiceStatus.Settled }).Verdict);

    [Theory]
    [InlineData(TokenState.Valid, "listed by aperture:https://a:8081", "The token is valid: listed by aperture:https://a:8081.")]
    [InlineData(TokenState.Expired, "its lifetime ended", "The token has expired: its lifetime ended.")]
    [InlineData(TokenState.Revoked, "by eve@ops", "The token was revoked: by eve@ops.")]
    [InlineData(TokenState.NotKnown, "not asked: a", "It is not known whether the token is valid: not asked: a.")]
    public void The_token_is_told_as_the_gateway_has_it(TokenState state, string reason, string told) =>
        Assert.Contains(told, (Paid with { Token = new TokenStanding(state, reason) }).Verdict, StringComparison.Ordinal);

    [Fact]
    public void Without_a_gateway_the_token_is_not_known() => Assert.Contains("It is not known whether the token is valid: no gateway was asked.", Paid.Verdict, StringComparison.Ordinal);

    [Theory]
    [InlineData("refused", "A refund has evidence")]
    [InlineData("doubtful", "A refund may have evidence")]
    [InlineData(null, "Nothing is recorded that speaks for a refund.")]
    public void A_refund_rests_on_the_delivery(string? delivery, string told) => Assert.Contains(told, (Paid with { Delivery = delivery }).Verdict, StringComparison.Ordinal);

    [Fact]
    public void A_preimage_proves_a_payment_that_is_not_in_the_books() =>
        Assert.StartsWith("Paid by the buyer, not recorded", (Paid with { IsSettled = false, IsPreimageProven = true }).Verdict, StringComparison.Ordinal);
}
