using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using Xunit;
using static LightningOps.Tests.Buyer.PurchaseBench;

namespace LightningOps.Tests.Buyer;

/// <summary>Requests at once for the same host and scope make one payment; others do not wait for them.</summary>
public sealed class ConcurrentPurchaseTests : IDisposable
{
    private readonly PurchaseBench bench = new(inRealTime: true);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_hundred_requests_at_once_make_one_payment_and_ask_for_one_challenge()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => bench.SendAsync()));

        Assert.All(responses, answer => Assert.Equal(Seller.Goods, answer.Body));
        Assert.Equal((1, 1), (bench.Ledger.Payments, bench.Seller.Challenges));
        Assert.Single(responses, answer => answer.Response.Amount is not null);
    }

    [Fact]
    public async Task Two_clients_of_one_store_make_one_payment()
    {
        using var store = new CredentialStore(new CredentialStoreOptions { Path = bench.StorePath, IsDurable = false });
        using var other = new L402Client(bench.Options, bench.Payer, store, bench.Handler);
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? bench.Client : other).SendAsync(Get())));

        Assert.All(responses, response => Assert.Equal(200, response.StatusCode));
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_refused_credential_is_bought_anew_once_for_all_where_that_is_allowed()
    {
        await bench.SendAsync();
        bench.Seller.RevokeAll();
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bench.SendAsync(Get() with { AllowRebuy = true })));

        Assert.All(responses, answer => Assert.Equal(200, answer.Response.StatusCode));
        Assert.Equal(2, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_credential_refused_within_its_life_is_bought_anew_by_none()
    {
        await bench.SendAsync();
        bench.Seller.RevokeAll();
        var failures = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Record.ExceptionAsync(() => bench.SendAsync())));

        Assert.All(failures, failure => Assert.IsType<L402CredentialRejectedException>(failure));
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_purchase_elsewhere_does_not_wait()
    {
        var gate = new TaskCompletionSource();
        bench.Payer.OnPay = async (payment, _) =>
        {
            if (payment.Host == "slow.example.com")
            {
                await gate.Task;
            }

            return bench.Payer.Pay(payment);
        };
        var slow = bench.SendAsync(Get("https://slow.example.com/a"));
        await bench.SendAsync(Get("https://fast.example.com/a"));
        await bench.SendAsync(Get("https://fast.example.com/b"));
        Assert.False(slow.IsCompleted);
        gate.SetResult();

        Assert.Equal(200, (await slow).Response.StatusCode);
    }

    [Fact]
    public async Task Who_stops_does_not_stop_the_others()
    {
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        bench.Payer.OnPay = async (payment, token) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return bench.Payer.Pay(payment);
        };
        var first = bench.SendAsync(cancellationToken: stop.Token);
        await asked.Task;
        var second = bench.SendAsync();
        bench.Payer.OnPay = null;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((200, 1), ((await second).Response.StatusCode, bench.Ledger.Payments));
    }

    [Fact]
    public async Task Requests_for_what_costs_nothing_have_each_its_own_answer()
    {
        bench.Seller.Price = 0;
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.SendAsync()));

        Assert.All(responses, answer => Assert.Equal(Seller.Goods, answer.Body));
        Assert.Equal(20, bench.Seller.Requests);
    }

    [Fact]
    public async Task Of_a_smaller_and_a_larger_cap_each_is_held_to_its_own()
    {
        var requests = Enumerable.Range(0, 10).Select(n => Get() with { MaxSpend = new Msats(n % 2 == 0 ? 4999 : 5000) });
        var outcomes = await Task.WhenAll(requests.Select(async request =>
        {
            try
            {
                return (await bench.SendAsync(request)).Response.StatusCode;
            }
            catch (L402PaymentDeniedException)
            {
                // Unless the other one had bought by then.
                return request.MaxSpend == 4999 ? 0 : 1;
            }
        }));

        Assert.DoesNotContain(1, outcomes);
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_thousand_requests_are_held_at_once_and_no_body_is_read_before_it_is_asked_for()
    {
        var gate = new TaskCompletionSource();
        await bench.SendAsync();
        var arrived = 0;
        var all = new TaskCompletionSource();
        bench.Handler.Before = async (_, _) =>
        {
            if (Interlocked.Increment(ref arrived) == 1000)
            {
                all.SetResult();
            }

            await gate.Task;
        };
        var bodies = new UnreadBody();
        bench.Handler.After = (_, response, _) =>
        {
            response.Content = new StreamContent(bodies);
            return Task.CompletedTask;
        };
        var requests = Enumerable.Range(0, 1000).Select(_ => bench.Client.SendAsync(Get())).ToList();
        await all.Task;
        gate.SetResult();

        // All share one body: none is released before the last has arrived.
        var responses = await Task.WhenAll(requests);

        Assert.All(responses, static response => Assert.Equal((200, L402CacheStatus.Hit), (response.StatusCode, response.CacheStatus)));
        Assert.Equal(0, bodies.Reads);
        foreach (var response in responses)
        {
            response.Dispose();
        }
    }

    [Fact]
    public async Task Another_process_that_is_buying_is_waited_for_as_long_as_allowed()
    {
        bench.With(options => options with { PurchaseWait = TimeSpan.Zero });
        var asked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        bench.Payer.OnPay = async (payment, _) =>
        {
            asked.SetResult();
            await gate.Task;
            return bench.Payer.Pay(payment);
        };
        using var first = bench.Open();
        var buying = first.SendAsync(Get());
        await asked.Task;
        var failure = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        gate.SetResult();

        Assert.Equal("purchase_in_progress", failure.Code);
        Assert.Equal(200, (await buying).StatusCode);
    }

    /// <summary>A body without an end, which tells whether anybody has read of it.</summary>
    private sealed class UnreadBody : MemoryStream
    {
        private int reads;

        public int Reads => reads;

        public override int Read(byte[] buffer, int offset, int count)
        {
            Interlocked.Increment(ref reads);
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref reads);
            return new(buffer.Length);
        }
    }
}
