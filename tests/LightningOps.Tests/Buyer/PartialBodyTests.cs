using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>A body that breaks off is gone on with where the server can be asked for the rest of the same version.</summary>
public sealed class PartialBodyTests : IAsyncLifetime
{
    private const string Whole = "0123456789";

    private readonly TemporaryFolder folder = new();
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly CredentialStore store = CredentialStore.InMemory(TimeProvider.System);
    private readonly Seller seller;
    private readonly LoopbackServer shop;
    private readonly L402Client client;
    private string tag = "\"v1\"";
    private bool breaks = true;
    private bool knowsRanges = true;
    private bool allowsRebuy;
    private bool echoes;
    private string? ignoringIfRange;

    public PartialBodyTests()
    {
        seller = new Seller(ledger);
        shop = new LoopbackServer(request => Task.FromResult(Answer(request)));
        client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, new LedgerPayer(ledger), store);
    }

    private string Target => folder.File("body");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        client.Dispose();
        store.Dispose();
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_is_missing_is_asked_for_and_nothing_is_paid_again()
    {
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        Assert.False(File.Exists(Target));
        Assert.Equal("01234", await File.ReadAllTextAsync(Target + ".part"));

        breaks = false;
        Assert.Equal(10, await SaveAsync());

        Assert.Equal(Whole, await File.ReadAllTextAsync(Target));
        Assert.Equal(("bytes=5-", "\"v1\"", "identity"), (Last("range"), Last("if-range"), Last("accept-encoding")));
        Assert.Equal(1, ledger.Payments);
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Theory]
    [InlineData("\"v2\"", true)]
    [InlineData("\"v1\"", false)]
    public async Task Another_version_or_a_server_without_ranges_is_read_from_the_beginning(string later, bool ranges)
    {
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        (tag, knowsRanges, breaks) = (later, ranges, false);

        Assert.Equal(10, await SaveAsync());

        Assert.Equal(Whole, await File.ReadAllTextAsync(Target));
    }

    [Theory]
    [InlineData("Content-Range: bytes 5-9/10\r\nETag: \"v2\"")]
    [InlineData("Content-Range: bytes 5-9/10")]
    [InlineData("Content-Range: bytes 5-9/11\r\nETag: \"v1\"")]
    [InlineData("Content-Range: bytes 0-9/10\r\nETag: \"v1\"")]
    [InlineData("Content-Range: bytes 5-4/10\r\nETag: \"v1\"")]
    [InlineData("Content-Range: bytes 5-9/9\r\nETag: \"v1\"")]
    [InlineData("Content-Range: bytes 5-9/x\r\nETag: \"v1\"")]
    [InlineData("ETag: \"v1\"")]
    [InlineData("Content-Range: bytes 5-9/10\r\nETag: \"v1\"\r\nContent-Encoding: gzip")]
    public async Task The_rest_of_another_version_is_not_appended_and_nothing_is_paid_again(string headers)
    {
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        (ignoringIfRange, breaks) = (headers, false);

        Assert.Equal(10, await SaveAsync());

        Assert.Equal((Whole, 1), (await File.ReadAllTextAsync(Target), ledger.Payments));
    }

    [Fact]
    public async Task A_rest_that_is_too_short_is_not_the_whole_body()
    {
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        (ignoringIfRange, breaks) = ("Content-Range: bytes 5-6/10\r\nETag: \"v1\"", false);

        var failure = await Assert.ThrowsAsync<L402TransportException>(SaveAsync);

        Assert.Equal(("body_truncated", false), (failure.Reason, File.Exists(Target)));
    }

    [Theory]
    [InlineData("W/\"v1\"")]
    [InlineData(null)]
    public async Task What_the_server_gives_no_name_is_not_kept(string? weak)
    {
        tag = weak!;
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_part_of_another_address_is_not_gone_on_with()
    {
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);

        Assert.Null(PartialBody.Find(Target, new Uri(shop.Url + "/other")).Validator);
        Assert.Equal(5, PartialBody.Find(Target, new Uri(shop.Url + "/goods")).Length);
    }

    [Fact]
    public async Task A_compressed_body_is_asked_for_and_arrives_as_it_was_before()
    {
        await using var compressed = new LoopbackServer(_ => Task.FromResult(Reply.Gzip(Whole)));
        using var response = await client.SendAsync(new L402Request { Uri = new Uri(compressed.Url + "/free") });

        Assert.Equal(Whole, Encoding.UTF8.GetString((await ResponseBody.ReadAsync(response, 1000, default))!));
        Assert.Contains("gzip", compressed.Requests[0].Headers["accept-encoding"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_compressed_unasked_is_written_decompressed_or_not_at_all()
    {
        Func<byte[], byte[]> change = body => body;
        await using var compressing = new LoopbackServer(_ => Task.FromResult(Reply.Gzip(Whole, change, ("ETag", "\"v1\""))));

        Assert.Equal(10, await SaveAsync(1000, compressing.Url + "/free"));
        Assert.Equal(Whole, await File.ReadAllTextAsync(Target));
        File.Delete(Target);

        change = static body => body[..^9];
        Assert.Equal("body_truncated", (await Assert.ThrowsAsync<L402TransportException>(() => SaveAsync(1000, compressing.Url + "/free"))).Reason);

        await using var unknown = new LoopbackServer(_ => Task.FromResult(Reply.Json(Whole, 200, ("Content-Encoding", "br"))));
        Assert.Equal("content_encoding:br", (await Assert.ThrowsAsync<L402TransportException>(() => SaveAsync(1000, unknown.Url + "/free"))).Reason);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_body_over_the_limit_leaves_nothing()
    {
        breaks = false;

        Assert.Null(await SaveAsync(most: 9));

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_body_stops_before_the_disk_is_full()
    {
        breaks = false;
        await File.WriteAllTextAsync(Target, "before");
        using (var announced = await client.SendAsync(new L402Request { Uri = new Uri(shop.Url + "/goods") }))
        {
            Assert.Null(await ResponseBody.SaveAsync(announced, Target, long.MaxValue, null, () => 9, default));
        }

        await using var endless = new LoopbackServer(_ => Task.FromResult(Reply.Endless(200, _ => { })));
        var room = 100L << 20;
        using (var response = await client.SendAsync(new L402Request { Uri = new Uri(endless.Url + "/free") }))
        {
            Assert.Null(await ResponseBody.SaveAsync(response, Target, long.MaxValue, null, () => room -= 40L << 20, default));
        }

        Assert.Equal("before", await File.ReadAllTextAsync(Target));
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Theory]
    [InlineData(100L << 30, 500L << 30, 99L << 30)]
    [InlineData(5000, 10_000, 4000)]
    [InlineData(999, 10_000, 0)]
    public void A_part_of_the_disk_stays_free(long free, long size, long room) => Assert.Equal(room, LightningOps.Files.DiskRoom.Calculate(free, size));

    [Fact]
    public async Task A_validator_that_holds_the_credential_is_not_written_to_a_file()
    {
        echoes = true;
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));

        breaks = false;
        Assert.Equal(10, await SaveAsync());
        Assert.Equal((1, null), (ledger.Payments, Last("if-range")));
    }

    [Fact]
    public async Task A_credential_for_one_request_is_never_sent_for_a_part()
    {
        seller.Charges = true;
        await Assert.ThrowsAsync<L402TransportException>(SaveAsync);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
        breaks = false;
        await Assert.ThrowsAsync<L402CredentialRejectedException>(SaveAsync);
        Assert.Equal(1, ledger.Payments);

        allowsRebuy = true;
        Assert.Equal(10, await SaveAsync());

        Assert.Equal(Whole, await File.ReadAllTextAsync(Target));
        Assert.DoesNotContain(shop.Requests, request => request.Headers.ContainsKey("authorization") && request.Headers.ContainsKey("range"));
    }

    private Task<long?> SaveAsync() => SaveAsync(long.MaxValue);

    private async Task<long?> SaveAsync(long most, string? url = null)
    {
        var request = new L402Request { Uri = new Uri(url ?? shop.Url + "/goods"), AllowRebuy = allowsRebuy };
        var partial = PartialBody.Find(Target, request.Uri);
        var response = await client.SendAsync(partial.AskForRest(request));
        if (partial.MustBeginAnew(response))
        {
            response.Dispose();
            partial.Remove();
            response = await client.SendAsync(partial.AskForRest(request));
        }

        using var answer = response;
        return await partial.SaveAsync(response, most, null, default);
    }

    private string? Last(string header) => shop.Requests[^1].Headers.GetValueOrDefault(header);

    private Reply Answer(RecordedRequest request)
    {
        var (status, body, header) = seller.Answer(request.Headers.GetValueOrDefault("authorization"));
        if (status != 200)
        {
            return header is { } challenge ? Reply.Json(body, status, (challenge.Key, challenge.Value)) : Reply.Json(body, status);
        }

        if (echoes)
        {
            tag = "\"" + request.Headers["authorization"].Split(':')[1] + "\"";
        }

        if (ignoringIfRange is { } headers && request.Headers.ContainsKey("range"))
        {
            return Reply.Raw(Encoding.ASCII.GetBytes("HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Length: " + (headers.Contains("5-6/", StringComparison.Ordinal) ? 2 : 5) + "\r\n" + headers + "\r\n\r\nNEWER"));
        }

        var from = knowsRanges && request.Headers.GetValueOrDefault("if-range") == tag && request.Headers.TryGetValue("range", out var range) ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var text = "HTTP/1.1 " + (from > 0 ? "206 Partial Content\r\nContent-Range: bytes " + from + "-9/10" : "200 OK") + "\r\n"
            + (tag is null ? string.Empty : "ETag: " + tag + "\r\n") + "Connection: close\r\nContent-Length: " + (10 - from) + "\r\n\r\n" + Whole[from..(breaks ? 5 : 10)];
        return Reply.Raw(Encoding.ASCII.GetBytes(text));
    }
}
