using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Settings;
using Xunit;
using static LightningOps.Tests.Buyer.PurchaseBench;

namespace LightningOps.Tests.Buyer.Spending;

/// <summary>Spend policy of docs/reference/l402.md#spend-policy: what is denied, with which code, and that nothing is paid then.</summary>
public sealed class SpendPolicyTests : IDisposable
{
    private readonly PurchaseBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("shop.example.com", true)]
    [InlineData("SHOP.example.com.", true)]
    [InlineData("shop.example.com:443", true)]
    [InlineData("*.example.com", true)]
    [InlineData("shop.example.com:8443", false)]
    [InlineData("example.com", false)]
    [InlineData("*.shop.example.com", false)]
    [InlineData("xshop.example.com", false)]
    public async Task A_blocked_host_is_sent_nothing(string entry, bool isMeant)
    {
        if (isMeant)
        {
            Assert.Equal(DenyReasonCodes.HostBlocked, (await DeniedAsync(Get() with { BlockedHosts = [entry] })).Code);
            bench.With(options => options with { Limits = options.Limits with { BlockedHosts = [entry] } });
            Assert.Equal(DenyReasonCodes.HostBlocked, (await DeniedAsync(Get("https://shop.example.com./goods") with { AllowedHosts = ["*.example.com"] })).Code);
            Assert.Equal(0, bench.Seller.Requests);
        }
        else
        {
            await bench.SendAsync(Get() with { BlockedHosts = [entry] });
        }
    }

    [Theory]
    [InlineData("shop.example.com", true)]
    [InlineData("*.example.com", true)]
    [InlineData("other.example.com", false)]
    public async Task An_allow_list_allows_what_is_on_it(string entry, bool isMeant)
    {
        if (isMeant)
        {
            await bench.SendAsync(Get() with { AllowedHosts = ["elsewhere.example.com", entry] });
        }
        else
        {
            Assert.Equal(DenyReasonCodes.HostNotAllowlisted, (await DeniedAsync(Get() with { AllowedHosts = [entry] })).Code);
            Assert.Equal(0, bench.Seller.Requests);
        }
    }

    [Fact]
    public async Task A_request_narrows_the_clients_allow_list_and_does_not_widen_it()
    {
        bench.With(options => options with { Limits = options.Limits with { AllowedHosts = ["other.example.com"] } });

        Assert.Equal(DenyReasonCodes.HostNotAllowlisted, (await DeniedAsync(Get() with { AllowedHosts = ["shop.example.com"] })).Code);
    }

    [Fact]
    public async Task Blocked_comes_before_not_allowed()
    {
        Assert.Equal(DenyReasonCodes.HostBlocked, (await DeniedAsync(Get() with { BlockedHosts = ["shop.example.com"], AllowedHosts = ["other.example.com"] })).Code);
    }

    [Fact]
    public async Task A_host_header_is_held_to_the_lists_too()
    {
        var request = Get("https://10.0.0.1/goods") with { HostHeader = "shop.example.com" };

        Assert.Equal(DenyReasonCodes.HostBlocked, (await DeniedAsync(request with { BlockedHosts = ["shop.example.com"] })).Code);
        Assert.Equal(DenyReasonCodes.HostBlocked, (await DeniedAsync(request with { BlockedHosts = ["10.0.0.1"] })).Code);
        Assert.Equal(DenyReasonCodes.HostNotAllowlisted, (await DeniedAsync(request with { AllowedHosts = ["shop.example.com"] })).Code);
        Assert.Equal(DenyReasonCodes.HostNotAllowlisted, (await DeniedAsync(request with { AllowedHosts = ["10.0.0.1"] })).Code);
        await bench.SendAsync(request with { AllowedHosts = ["shop.example.com", "10.0.0.1"] });
    }

    [Theory]
    [InlineData("https://shop.example.com/")]
    [InlineData("")]
    [InlineData("a.example.com, b.example.com")]
    public async Task An_entry_that_is_no_host_is_refused_and_not_passed_over(string entry)
    {
        await Assert.ThrowsAsync<ConfigException>(() => bench.SendAsync(Get() with { BlockedHosts = [entry] }));
        Assert.Throws<ConfigException>(() => bench.With(options => options with { Limits = options.Limits with { BlockedHosts = [entry] } }));
    }

    [Fact]
    public async Task Plain_http_to_another_machine_has_to_be_allowed()
    {
        Assert.Equal(DenyReasonCodes.InsecureTransport, (await DeniedAsync(Get("http://shop.example.com/goods"))).Code);
        Assert.Equal(0, bench.Seller.Requests);
        await bench.SendAsync(Get("http://shop.example.com/goods") with { AllowInsecure = true });
        await bench.SendAsync(Get("http://127.0.0.1:8080/goods"));
        await bench.SendAsync(Get("http://[::1]:8080/goods"));
    }

    [Theory]
    [InlineData(100_000L, 4_999L)]
    [InlineData(4_999L, 100_000L)]
    [InlineData(4_999L, null)]
    [InlineData(null, 4_999L)]
    public async Task The_smaller_cap_holds(long? clients, long? requests)
    {
        bench.With(options => options with { Limits = options.Limits with { MaxSpend = GetAmount(clients) } });
        var denied = await DeniedAsync(Get() with { MaxSpend = GetAmount(requests) });

        Assert.Equal((DenyReasonCodes.AmountOverCap, 5000L, 4999L), (denied.Code, denied.QuotedAmount!.Value.Value, denied.MaxSpend!.Value.Value));
        Assert.Equal("PaymentDeniedError", denied.Tag);
    }

    [Fact]
    public async Task A_denial_states_the_price_and_the_limit()
    {
        const string Ending = ". The price is 5000 msat, the limit 6000 msat";
        var request = Get() with { MaxSpend = new Msats(6000) };
        Assert.EndsWith("the host is blocked; nothing was sent. The price is not known, the limit 6000 msat", (await DeniedAsync(request with { BlockedHosts = ["shop.example.com"] })).Message);
        Assert.EndsWith("costs 5000 msat, the limit is 4999 msat", (await DeniedAsync(request with { MaxPrice = new Msats(4999) })).Message);

        bench.Payer.OnLookBefore = (payment, _) => Task.FromResult(PaymentResult.Paid("p", null, bench.Ledger.GetPreimage(payment.Invoice)));
        Assert.EndsWith("nothing was sent. The price is 5000 msat", (await DeniedAsync(request)).Message);
        bench.Payer.OnLookBefore = null;

        bench.Payer.Network = Bolt11Network.Mainnet;
        Assert.EndsWith("the wallet pays on Mainnet" + Ending, (await DeniedAsync(request)).Message);
        bench.Payer.Network = null;

        bench.Seller.Price = null;
        Assert.EndsWith("the amount is not known. The price is not known, the limit 6000 msat", (await DeniedAsync(request)).Message);
        bench.Seller.Price = 5000;

        bench.Payer.FeeLimit = 1001;
        Budgets(hour: 5000, day: null);
        Assert.EndsWith("6000 msat more (including at most 1000 for routing) would make 6000 msat in the last hour; the limit is 5000 msat", (await DeniedAsync(request)).Message);
    }

    [Fact]
    public async Task Exactly_the_cap_may_be_spent() => await bench.SendAsync(Get() with { MaxSpend = new Msats(5000) });

    [Fact]
    public async Task Without_any_cap_nothing_is_paid()
    {
        bench.With(options => options with { Limits = new SpendLimits() });

        var missing = await Assert.ThrowsAsync<ConfigException>(() => bench.SendAsync());
        Assert.Equal("OA_LIGHTNING_OPS_MAX_SPEND_MSATS", missing.Field);
        Assert.Contains("the price is 5000 msat", missing.Message);
        Assert.Equal(DenyReasonCodes.CapMissing, (await bench.Client.QuoteAsync(Get())).Denial!.Code);
        Assert.Equal(0, bench.Payer.Calls);
    }

    [Fact]
    public async Task An_open_amount_is_paid_only_where_allowed_and_up_to_the_cap()
    {
        bench.Seller.Price = null;
        Assert.Equal(DenyReasonCodes.AmountUnknown, (await DeniedAsync(Get())).Code);
        var (response, _) = await bench.SendAsync(Get() with { AllowAmountless = true, MaxSpend = new Msats(700) });

        Assert.Equal((700L, null), (response.Amount!.Value.Value, bench.Payer.Last!.Amount));
        Assert.Equal(700L, bench.Payer.Last.MaxAmount.Value);
    }

    [Fact]
    public async Task Beside_an_open_invoice_the_headers_amount_holds()
    {
        bench.Seller.Price = null;
        bench.Seller.WriteChallenge = (token, invoice) => $"L402 macaroon=\"{token}\", invoice=\"{invoice}\", amount_msats=900";
        var (response, _) = await bench.SendAsync();

        Assert.Equal((900L, 900L), (response.Amount!.Value.Value, bench.Payer.Last!.MaxAmount.Value));
    }

    [Fact]
    public async Task The_budget_of_an_hour_rolls()
    {
        Budgets(hour: 10_000, day: null);
        await BuyAsync(1);
        bench.Time.Advance(TimeSpan.FromMinutes(30));
        await BuyAsync(2);
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(3))).Code);
        bench.Time.Advance(TimeSpan.FromMinutes(30));
        await BuyAsync(3);
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(4))).Code);
    }

    [Fact]
    public async Task The_budget_of_a_day_holds_beside_that_of_an_hour()
    {
        Budgets(hour: 10_000, day: 15_000);
        await BuyAsync(1);
        await BuyAsync(2);
        bench.Time.Advance(TimeSpan.FromHours(2));
        await BuyAsync(3);
        bench.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(4))).Code);
        bench.Time.Advance(TimeSpan.FromHours(20));
        await BuyAsync(4);
    }

    [Theory]
    [InlineData("simulated", null)]
    [InlineData("simulated", "127.0.0.1:8085")]
    [InlineData("mock", null)]
    public async Task Simulated_purchases_are_no_spending_and_have_the_budgets_for_themselves(string simulated, string? place)
    {
        var money = bench.Payer.Name;
        Budgets(hour: 10_000, day: null);
        Pay(simulated);
        await BuyAsync(1);
        await BuyAsync(2);
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(3))).Code);
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        Budgets(hour: 15_000, day: null);
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync(Nth(3)));

        bench.Payer.OnPay = null;
        Pay(money);
        Budgets(hour: 5_000, day: null);
        await BuyAsync(4);
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(5))).Code);

        var report = await bench.Store.ReportSpendingAsync(new SpendLimits { HourlyBudget = new Msats(20_000) }, default);
        Assert.Equal((5_000m, 5_000m, 15_000m, 15_000m, 0), (report.HourMsats, report.DayMsats, report.SimulatedHourMsats, report.SimulatedDayMsats, report.Unfinished));
        Assert.Equal((15_000m, 5_000m), (report.GetHourlyBudgetLeft(money), report.GetHourlyBudgetLeft(simulated)));
        Assert.Equal(1, Assert.Single(report.Hosts).Purchases);
        Assert.EndsWith(": 5000 msat in 24 hours", report.Hosts[0].ToString(), StringComparison.Ordinal);
        Assert.Equal([false, true, true, true], (await bench.Store.ListAsync(new(), default)).Select(purchase => purchase.IsSimulated));

        void Pay(string payer)
        {
            bench.Payer.Name = payer;
            bench.With(options => options with { WalletPlace = payer == money ? null : place });
        }
    }

    [Theory]
    [InlineData("simulation")]
    [InlineData("wallet-executor simulated")]
    [InlineData("lnd")]
    public async Task A_wallet_with_another_name_spends_money(string name)
    {
        bench.Payer.Name = name;
        await BuyAsync(1);

        Assert.Equal((5_000m, 0m), await bench.Store.ReportSpendingAsync(new SpendLimits(), default) is var report ? (report.HourMsats, report.SimulatedHourMsats) : default);
    }

    [Fact]
    public async Task A_budget_outlives_the_process_and_a_removed_credential()
    {
        Budgets(hour: 5_000, day: null);
        await BuyAsync(1);
        bench.Restart();
        await bench.Store.RemoveAsync((await bench.Store.ListAsync(new(), default))[0].PurchaseId, force: false, default);

        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(2))).Code);
    }

    [Fact]
    public async Task What_routing_may_cost_is_set_aside_before_a_payment_and_freed_after_it()
    {
        Budgets(hour: 16_000, day: null);
        bench.Payer.FeeLimit = 4_000;
        bench.Payer.Fee = _ => 500;
        var setAside = 0m;
        bench.Payer.OnPay = async (payment, _) =>
        {
            setAside = (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).HourMsats;
            return bench.Payer.Pay(payment);
        };
        await BuyAsync(1);
        await BuyAsync(2);

        // 5,500 each were spent, and a third may cost 9,000.
        Assert.Equal(5_500 + 9_000, setAside);
        var denied = await DeniedAsync(Nth(3));
        Assert.Equal((DenyReasonCodes.BudgetExceeded, 5_000L), (denied.Code, denied.QuotedAmount!.Value.Value));
        Assert.Contains("including at most 4000 for routing", denied.Message, StringComparison.Ordinal);
        var report = await bench.Store.ReportSpendingAsync(new SpendLimits(), default);
        Assert.Equal((11_000m, 1_000m, 11_000m, 1_000m), (report.HourMsats, report.HourFeeMsats, report.DayMsats, report.DayFeeMsats));
        Assert.Equal(1_000m, Assert.Single(report.Hosts).DayFeeMsats);
    }

    [Fact]
    public async Task A_wallet_is_told_at_each_look_when_the_payment_was_written_down()
    {
        var begun = bench.Time.GetUtcNow();
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        DateTimeOffset? told = null;
        bench.Payer.OnLookUp = (payment, _) =>
        {
            told = payment.StartedAt;
            return Task.FromResult(bench.Payer.LookUp(payment));
        };
        bench.Payer.OnPay = null;
        await bench.SendAsync();

        Assert.Equal(begun.ToUnixTimeMilliseconds(), told!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_fee_the_wallet_does_not_tell_counts_as_all_it_may_be()
    {
        bench.Payer.FeeLimit = 4_000;
        bench.Payer.Fee = _ => null;
        await BuyAsync(1);

        var purchase = (await bench.Store.ListAsync(new(), default)).Single();
        Assert.Equal((9_000L, 9_000L, 4_000L, null), (purchase.Reserved, purchase.Spent!.Value, purchase.FeeLimit, purchase.Fee));
    }

    [Fact]
    public async Task Routing_has_what_the_cap_leaves()
    {
        bench.Payer.FeeLimit = 4_000;
        await bench.SendAsync(Get() with { MaxSpend = new Msats(5_300) });
        Assert.Equal((5_000L, 300L), (bench.Payer.Last!.MaxAmount.Value, bench.Payer.Last.FeeLimit!.Value.Value));

        await bench.SendAsync(Get() with { MaxSpend = new Msats(5_000), ForceRefresh = true });
        Assert.Equal((5_000L, 0L), (bench.Payer.Last.MaxAmount.Value, bench.Payer.Last.FeeLimit!.Value.Value));
    }

    [Fact]
    public async Task Of_an_open_amount_a_part_is_for_routing()
    {
        bench.Seller.Price = null;
        bench.Payer.FeeLimit = 4_000;
        await bench.SendAsync(Get() with { AllowAmountless = true, MaxSpend = new Msats(10_000) });

        Assert.Equal((9_500L, 500L), (bench.Payer.Last!.MaxAmount.Value, bench.Payer.Last.FeeLimit!.Value.Value));
    }

    [Fact]
    public async Task Fees_count_in_a_budget()
    {
        Budgets(hour: 10_000, day: null);
        bench.Payer.OnPay = (payment, _) => Task.FromResult(bench.Payer.Pay(payment) with { Fee = new Msats(1) });
        await BuyAsync(1);

        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(2))).Code);
    }

    [Fact]
    public async Task Many_at_once_do_not_exceed_a_budget()
    {
        Budgets(hour: 22_000, day: null);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            try
            {
                await bench.SendAsync(Nth(n));
                return true;
            }
            catch (L402PaymentDeniedException denied)
            {
                Assert.Equal(DenyReasonCodes.BudgetExceeded, denied.Code);
                return false;
            }
        }));

        Assert.Equal((4, 20_000L), (outcomes.Count(bought => bought), bench.Ledger.TotalPaid));
    }

    [Fact]
    public async Task Amounts_of_all_bitcoin_do_not_overflow_a_budget()
    {
        const long AllBitcoin = 2_100_000_000_000_000_000;
        bench.Seller.Price = AllBitcoin;
        bench.With(options => options with { Limits = new SpendLimits { MaxSpend = new Msats(long.MaxValue) } });
        for (var n = 0; n < 6; n++)
        {
            await BuyAsync(n);
        }

        Budgets(hour: long.MaxValue, day: long.MaxValue);
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Nth(6))).Code);
        Assert.Equal(6m * AllBitcoin, (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).DayMsats);
    }

    [Fact]
    public async Task An_expired_invoice_is_not_paid()
    {
        bench.Handler.After = (_, _, _) =>
        {
            bench.Time.Advance(bench.Ledger.Expiry);
            return Task.CompletedTask;
        };

        Assert.Equal(DenyReasonCodes.InvoiceExpired, (await DeniedAsync(Get())).Code);
    }

    [Fact]
    public async Task An_invoice_of_another_network_is_not_paid()
    {
        bench.Payer.Network = Bolt11Network.Mainnet;

        Assert.Equal(DenyReasonCodes.WrongNetwork, (await DeniedAsync(Get())).Code);
    }

    [Fact]
    public async Task Codes_come_in_the_order_of_the_contract()
    {
        bench.Payer.Network = Bolt11Network.Mainnet;
        bench.Ledger.Expiry = TimeSpan.Zero;
        bench.With(options => options with { Limits = new SpendLimits { MaxSpend = new Msats(100), HourlyBudget = new Msats(200) } });
        Assert.Equal(DenyReasonCodes.AmountOverCap, (await DeniedAsync(Get())).Code);
        bench.With(options => options with { Limits = new SpendLimits { MaxSpend = new Msats(10_000), HourlyBudget = new Msats(200) } });
        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await DeniedAsync(Get())).Code);
        bench.With(options => options with { Limits = new SpendLimits { MaxSpend = new Msats(10_000) } });
        Assert.Equal(DenyReasonCodes.InvoiceExpired, (await DeniedAsync(Get())).Code);
        bench.Ledger.Expiry = TimeSpan.FromHours(1);
        Assert.Equal(DenyReasonCodes.WrongNetwork, (await DeniedAsync(Get())).Code);
    }

    [Fact]
    public async Task The_same_invoice_is_never_paid_twice()
    {
        var same = string.Empty;
        bench.Seller.WriteChallenge = (token, invoice) => $"L402 macaroon=\"{token}\", invoice=\"{(same = same.Length == 0 ? invoice : same)}\"";
        await bench.SendAsync();

        Assert.Equal(DenyReasonCodes.InvoiceAlreadyPaid, (await DeniedAsync(Nth(1))).Code);
        Assert.Equal(DenyReasonCodes.InvoiceAlreadyPaid, (await DeniedAsync(Get() with { ForceRefresh = true })).Code);
        foreach (var purchase in await bench.Store.ListAsync(new(), default))
        {
            await bench.Store.RemoveAsync(purchase.PurchaseId, force: true, default);
        }

        Assert.Equal(DenyReasonCodes.InvoiceAlreadyPaid, (await DeniedAsync(Get())).Code);
        Assert.Equal(1, bench.Payer.Calls);
    }

    [Fact]
    public async Task An_invoice_whose_payment_certainly_failed_may_be_paid_when_it_is_offered_again()
    {
        var same = string.Empty;
        bench.Seller.WriteChallenge = (token, invoice) => $"L402 macaroon=\"{token}\", invoice=\"{(same = same.Length == 0 ? invoice : same)}\"";
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Failed("no_route", "no way to the payee"));
        await Assert.ThrowsAsync<L402PaymentFailedException>(() => bench.SendAsync());
        bench.Payer.OnPay = null;
        bench.Seller.Refusal = null;
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());

        Assert.True(bench.Ledger.IsPaid(same));
        Assert.Single(await bench.Store.ListAsync(new(), default));
    }

    [Fact]
    public void Limits_come_from_the_environment_and_are_positive_integers()
    {
        var limits = SpendLimits.From(OperatorEnvironment.From(new Dictionary<string, string> { ["OA_LIGHTNING_OPS_HOURLY_BUDGET_MSATS"] = " 7 ", ["OA_LIGHTNING_OPS_MAX_SPEND_MSATS"] = "5" }));
        Assert.Equal((5L, 7L, null), (limits.MaxSpend!.Value.Value, limits.HourlyBudget!.Value.Value, limits.DailyBudget));
        foreach (var bad in new[] { "0", "-1", "1.5", "1e3", "much" })
        {
            var error = Assert.Throws<ConfigException>(() => SpendLimits.From(OperatorEnvironment.From(new Dictionary<string, string> { ["OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS"] = bad })));
            Assert.Equal(("OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS", "must be a positive integer"), (error.Field, error.Reason));
        }
    }

    private static Msats? GetAmount(long? msats) => msats is { } amount ? new Msats(amount) : null;

    private static L402Request Nth(int n) => Get("https://shop.example.com/" + n);

    private void Budgets(long? hour, long? day) =>
        bench.With(options => options with { Limits = options.Limits with { HourlyBudget = GetAmount(hour), DailyBudget = GetAmount(day) } });

    private Task BuyAsync(int n) => bench.SendAsync(Nth(n));

    private async Task<L402PaymentDeniedException> DeniedAsync(L402Request request)
    {
        var before = bench.Payer.Calls;
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => bench.SendAsync(request));
        Assert.Equal(before, bench.Payer.Calls);
        return denied;
    }
}
