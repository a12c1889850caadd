using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>cached-path [REQUESTS]</c>: requests per second with a stored credential, compared with a plain HttpClient that
/// sends the same header to the same server: ten alternating rounds, and the median of their ratios. <c>held-requests
/// [COUNT]</c>: memory of that many open, unread answers.
/// </summary>
internal static class PurchaseRun
{
    public const string CachedPath = "cached-path";
    public const string HeldRequests = "held-requests";

    private const int Rounds = 10;
    private const int Slices = 20;

    /// <summary>Compares.</summary>
    public static async Task<int> CompareAsync(string[] arguments)
    {
        var requests = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 20_000;
        using var shop = new KeepAliveShop(1024);
        using var buyer = new Buyer();
        using var plain = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        var header = await buyer.BuyAsync(shop.Url);
        var isGood = true;
        Func<Task> ours = () => buyer.GetAsync(shop.Url);
        Func<Task> theirs = () => GetAsync(plain, shop.Url, header);

        // Until all code is fully compiled.
        for (var i = 0; i < 5; i++)
        {
            await RoundAsync(theirs, ours, requests, 16);
        }

        foreach (var concurrency in new[] { 1, 16 })
        {
            var count = concurrency == 1 ? requests / 4 : requests;
            var rounds = new List<(Pace Plain, Pace Ours)>();
            for (var i = 0; i < Rounds; i++)
            {
                rounds.Add(await RoundAsync(theirs, ours, count, concurrency));
            }

            var ratios = rounds.Select(round => round.Ours.Rate / round.Plain.Rate).ToList();
            isGood &= Median(ratios) >= 0.95;
            Console.WriteLine(FormattableString.Invariant(
                $"{concurrency} at a time: HttpClient {Median(rounds.Select(round => round.Plain.Rate)):0} a second, L402Client {Median(rounds.Select(round => round.Ours.Rate)):0}; median ratio {Median(ratios):0.000} ({ratios.Min():0.000} to {ratios.Max():0.000}); processor {Median(rounds.Select(round => round.Plain.Processor)):0.0} and {Median(rounds.Select(round => round.Ours.Processor)):0.0} us a request, server included"));
        }

        return isGood ? 0 : 1;
    }

    /// <summary>Holds.</summary>
    public static async Task<int> HoldAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        using var shop = new KeepAliveShop(1024, isEndless: true);
        using var buyer = new Buyer();
        await buyer.BuyAsync(shop.Url);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var responses = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => buyer.Client.SendAsync(new L402Request { Uri = shop.Url })));
        var after = GC.GetTotalMemory(forceFullCollection: true);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var later = GC.GetTotalMemory(forceFullCollection: true);
        var held = responses.Count(response => response is { StatusCode: 200, CacheStatus: L402CacheStatus.Hit });
        Console.WriteLine(FormattableString.Invariant(
            $"{held} answers held open: {(after - before) / 1024.0 / count:0.0} KiB of managed heap each, client and server together; two seconds later {(later - before) / 1024.0 / count:0.0} KiB; working set {Process.GetCurrentProcess().WorkingSet64 / 1048576.0:0} MiB"));
        foreach (var response in responses)
        {
            response.Dispose();
        }

        return held == count ? 0 : 1;
    }

    /// <summary>One round of each, in alternating slices, so that other load affects both.</summary>
    private static async Task<(Pace Plain, Pace Ours)> RoundAsync(Func<Task> theirs, Func<Task> ours, int count, int concurrency)
    {
        var (plain, client) = (default(Pace), default(Pace));
        GC.Collect();
        for (var i = 0; i < Slices; i++)
        {
            var (first, second) = i % 2 == 0 ? (theirs, ours) : (ours, theirs);
            var (a, b) = (await PaceAsync(first, count / Slices, concurrency), await PaceAsync(second, count / Slices, concurrency));
            plain += i % 2 == 0 ? a : b;
            client += i % 2 == 0 ? b : a;
        }

        return (plain, client);
    }

    private static async Task<Pace> PaceAsync(Func<Task> request, int count, int concurrency)
    {
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            for (var i = 0; i < count / concurrency; i++)
            {
                await request();
            }
        }));
        return new Pace(count, clock.Elapsed, Environment.CpuUsage.TotalTime - before);
    }

    private static async Task GetAsync(HttpClient client, Uri url, string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private readonly record struct Pace(int Count, TimeSpan Time, TimeSpan Work)
    {
        /// <summary>Requests a second.</summary>
        public double Rate => Count / Time.TotalSeconds;

        /// <summary>Microseconds of processor a request.</summary>
        public double Processor => Work.TotalMicroseconds / Count;

        public static Pace operator +(Pace left, Pace right) => new(left.Count + right.Count, left.Time + right.Time, left.Work + right.Work);
    }

    /// <summary>A client with a store of its own on the disk.</summary>
    private sealed class Buyer : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lightningops-purchases-");
        private readonly CredentialStore store;
        private readonly MockPayer wallet = new();

        public Buyer()
        {
            store = new CredentialStore(new CredentialStoreOptions { Path = Path.Combine(folder.FullName, "credentials.db") });
            Client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(1000) } }, wallet, store);
        }

        public L402Client Client { get; }

        /// <summary>Buys, and returns the header that is sent from then on.</summary>
        public async Task<string> BuyAsync(Uri url)
        {
            using var response = await Client.SendAsync(new L402Request { Uri = url });
            var proof = await store.FindProofAsync(response.PurchaseId!, default);
            return "L402 AgEEdG9rZW4:" + proof!.Reveal();
        }

        public async Task GetAsync(Uri url)
        {
            using var response = await Client.SendAsync(new L402Request { Uri = url });
            await using var body = await response.OpenBodyAsync();
            await body.CopyToAsync(Stream.Null);
        }

        public void Dispose()
        {
            Client.Dispose();
            wallet.Dispose();
            store.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
