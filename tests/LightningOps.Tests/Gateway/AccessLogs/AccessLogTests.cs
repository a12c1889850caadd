using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using CsCheck;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.Routing;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.AccessLogs;

/// <summary>Access logs of real servers, measured against two configurations.</summary>
public sealed class AccessLogTests : IDisposable
{
    private const string Line = "h:80 1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 3\n";
    private const string Dynamic = "address: 'x:1', price: 12, dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("shop.example.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a?x=1 HTTP/1.1\" 402 312 \"-\" \"curl\"", AccessLogFormat.VhostCombined, "GET", "shop.example.com", "/a?x=1")]
    [InlineData("shop.example.com:8443 203.0.113.7 - a b [30/Nov/2026:12:00:00 +0000] \"POST /\\\"q\\\" HTTP/2.0\" 402 312", AccessLogFormat.VhostCombined, "POST", "shop.example.com:8443", "/\"q\"")]
    [InlineData("shop.example.com 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312 \"-\" \"curl\"", AccessLogFormat.VhostCombined, "GET", "shop.example.com", "/a")]
    [InlineData("shop.example.com 2001:db8::1 - a b [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312", AccessLogFormat.VhostCombined, "GET", "shop.example.com", "/a")]
    [InlineData("shop.example.com unix: - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312", AccessLogFormat.VhostCombined, "GET", "shop.example.com", "/a")]
    [InlineData("2001:db8::1 - a b [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312", AccessLogFormat.Combined, "GET", "named.example", "/a")]
    [InlineData("client.example.net - a b [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312", AccessLogFormat.Combined, "GET", "named.example", "/a")]
    [InlineData("203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /caf\\xC3\\xA9 HTTP/1.1\" 402 312 \"-\" \"curl\"", AccessLogFormat.Combined, "GET", "named.example", "/caf%C3%A9")]
    [InlineData("203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET http://abs.example/x HTTP/1.1\" 200 1", AccessLogFormat.Combined, "GET", "", "http://abs.example/x")]
    [InlineData("{\"host\":\"h.example\",\"request\":\"GET /n?x HTTP/1.1\",\"status\":402}", AccessLogFormat.Json, "GET", "h.example", "/n?x")]
    [InlineData("{\"level\":\"info\",\"request\":{\"method\":\"PUT\",\"host\":\"c.example\",\"uri\":\"/caddy\"}}", AccessLogFormat.Json, "PUT", "c.example", "/caddy")]
    [InlineData("{\"RequestHost\":\"t.example\",\"RequestMethod\":\"GET\",\"RequestPath\":\"/traefik\"}", AccessLogFormat.Json, "GET", "t.example", "/traefik")]
    [InlineData("{\"request_method\":\"GET\",\"uri\":\"/u\",\"args\":\"a=b\"}", AccessLogFormat.Json, "GET", "named.example", "/u?a=b")]
    [InlineData("2026-11-29 12:34:04.340 [INF] PRXY: 127.0.0.1 - - \"GET /open/b?x=1&y=%20z HTTP/1.1\" \"https://ref.example/x?q=1\" \"Mozilla/5.0 (X11; \"quoted\")\"", AccessLogFormat.Aperture, "GET", "named.example", "/open/b?x=1&y=%20z")]
    public void A_line_is_read_in_each_format(string line, AccessLogFormat format, string method, string host, string target)
    {
        var reader = new AccessLogLine(AccessLogFormat.Auto, "named.example");

        var request = reader.Read(line);

        Assert.Equal(format, reader.Format);
        Assert.Equal(new LoggedRequest(method, host, target), request);
    }

    [Theory]
    [InlineData("shop.example.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"\\x16\\x03\\x01\" 400 0")]
    [InlineData("shop.example.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1")]
    [InlineData("shop.example.com:443 203.0.113.7 - - [30/Nov")]
    public void A_torn_line_is_counted_and_costs_no_other(string torn)
    {
        var good = "shop.example.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312\n";

        var result = Measure(good + torn + "\n" + good, Config("price: 5"), Config("price: 5"));

        Assert.Equal((3L, 2L, 1L), (result.Lines, result.Requests, result.Unreadable));
    }

    [Fact]
    public void Each_request_is_counted_by_what_changes_for_it()
    {
        const string served = """
            services:
              - {name: same, hostregexp: '^h$', pathregexp: '^/same$', address: 'x:1', protocol: http, price: 5}
              - {name: dear, hostregexp: '^h$', pathregexp: '^/dear$', address: 'x:1', protocol: http, price: 010}
              - {name: cheap, hostregexp: '^h$', pathregexp: '^/cheap$', address: 'x:1', protocol: http, price: 5}
              - {name: lost, hostregexp: '^h$', pathregexp: '^/lost$', address: 'x:1', protocol: http, price: 5}
              - {name: open, hostregexp: '^h$', pathregexp: '^/open$', address: 'x:1', protocol: http, auth: "off"}
              - {name: paid, hostregexp: '^h$', pathregexp: '^/paid$', address: 'x:1', protocol: http, price: 5}
              - {name: old, hostregexp: '^h$', pathregexp: '^/renamed$', address: 'x:1', protocol: http, price: 5}

            """;
        const string planned = """
            services:
              - {name: same, hostregexp: '^h$', pathregexp: '^/same$', address: 'y:1', protocol: http, price: 5}
              - {name: dear, hostregexp: '^h$', pathregexp: '^/dear$', address: 'x:1', protocol: http, price: 10}
              - {name: cheap, hostregexp: '^h$', pathregexp: '^/cheap$', address: 'x:1', protocol: http, price: 1}
              - {name: lost, hostregexp: '^h$', pathregexp: '^/lost$', address: '127.0.0.1:0', protocol: http, auth: "off"}
              - {name: open, hostregexp: '^h$', pathregexp: '^/open$', address: 'x:1', protocol: http, price: 2}
              - {name: paid, hostregexp: '^h$', pathregexp: '^/paid$', address: 'x:1', protocol: http, auth: "off"}
              - {name: new, hostregexp: '^h$', pathregexp: '^/renamed$', address: 'x:1', protocol: http, price: 5}

            """;
        var log = string.Concat(new[] { "/same", "/dear", "/dear?q=2", "/cheap", "/lost", "/open", "/paid", "/renamed", "/none" }.Select(path => "h:80 1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET " + path + " HTTP/1.1\" 402 3\n"))
            + "h:80 1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"OPTIONS /dear HTTP/1.1\" 200 3\n";

        var result = Measure(log, served, planned);

        Assert.Equal((10L, 3L, 2L, 1L, 1L), (result.Requests, result.Unchanged, result.Dearer, result.Cheaper, result.Lost));
        Assert.Equal((1L, 1L, 1L, 0L), (result.NewlyPriced, result.NewlyFree, result.OtherService, result.NotKnown));
        Assert.Equal((5m + 8 + 8 + 5 + 5 + 5 + 5, 5m + 10 + 10 + 1 + 2 + 5), (result.ServedSatsIfBoughtAnew, result.PlannedSatsIfBoughtAnew));
        var dearer = result.Changes[0];
        Assert.StartsWith("2 Dearer: dear to ", dearer.ToString(), StringComparison.Ordinal);
        Assert.Equal((AccessLogChangeKind.Dearer, 2L, "dear", 8L, 10L), (dearer.Kind, dearer.Requests, dearer.ServedService, dearer.ServedPriceSats!.Value, dearer.PlannedPriceSats!.Value));
        Assert.Equal(["GET h/dear"], dearer.Examples);
        Assert.DoesNotContain(result.Changes, change => change.Kind == AccessLogChangeKind.Unchanged);
    }

    [Fact]
    public void Requests_that_the_plan_sells_in_vain_are_lost()
    {
        const string log = "h:80 1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 3\n";

        var result = Measure(log, Config("price: 5"), Config("price: 5").Replace("'x:1'", "'${UP}:1'", StringComparison.Ordinal));
        var mended = Measure(log, Config("price: 5").Replace("protocol: http", "protocol: HTTP", StringComparison.Ordinal), Config("price: 5"));

        Assert.Equal((1L, 5m, 0m), (result.Lost, result.ServedSatsIfBoughtAnew, result.PlannedSatsIfBoughtAnew));
        Assert.Equal((1L, 0m, 5m), (mended.NewlyPriced, mended.ServedSatsIfBoughtAnew, mended.PlannedSatsIfBoughtAnew));
    }

    [Theory]
    [InlineData(Dynamic, "address: '127.0.0.1:0', auth: \"off\"", AccessLogChangeKind.Lost)]
    [InlineData(Dynamic, "hostregexp: '^other$', address: 'x:1'", AccessLogChangeKind.Lost)]
    [InlineData(Dynamic, "address: 'x:1', auth: \"off\"", AccessLogChangeKind.NewlyFree)]
    [InlineData("address: 'x:1', auth: \"off\"", Dynamic, AccessLogChangeKind.NewlyPriced)]
    [InlineData("hostregexp: '^other$', address: 'x:1'", Dynamic, AccessLogChangeKind.NewlyPriced)]
    [InlineData("address: '127.0.0.1:0', auth: \"off\"", Dynamic, AccessLogChangeKind.NewlyPriced)]
    [InlineData(Dynamic, "address: 'x:1', price: 5", AccessLogChangeKind.NotKnown)]
    [InlineData(Dynamic, Dynamic, AccessLogChangeKind.NotKnown)]
    public void Only_the_price_of_a_price_server_is_not_known(string served, string planned, AccessLogChangeKind expected)
    {
        var result = Measure(Line, Service(served), Service(planned));

        var change = Assert.Single(result.Changes);
        Assert.Equal((expected, 1L), (change.Kind, change.Requests));
        Assert.Equal(
            (expected == AccessLogChangeKind.Lost ? 1L : 0, expected == AccessLogChangeKind.NewlyFree ? 1L : 0, expected == AccessLogChangeKind.NewlyPriced ? 1L : 0, expected == AccessLogChangeKind.NotKnown ? 1L : 0),
            (result.Lost, result.NewlyFree, result.NewlyPriced, result.NotKnown));
        Assert.Equal((0m, planned.EndsWith("price: 5", StringComparison.Ordinal) ? 5m : 0), (result.ServedSatsIfBoughtAnew, result.PlannedSatsIfBoughtAnew));
    }

    [Theory]
    [InlineData("b\u00fccher.example")]
    [InlineData("B\u00fccher.example:443")]
    [InlineData(" xn--bcher-kva.example:80 ")]
    public void A_named_host_is_the_one_that_clients_send(string hostName) =>
        Assert.Equal(1, MeasureAt(hostName).NewlyPriced);

    [Theory]
    [InlineData("http://shop.example.com")]
    [InlineData("shop.example.com/a")]
    [InlineData("shop..example.com")]
    [InlineData("user@shop.example.com")]
    [InlineData("shop.example.com:port")]
    [InlineData("shop example")]
    [InlineData(" ")]
    public void A_named_host_that_is_none_is_refused(string hostName) =>
        Assert.Contains("is not a host name: " + hostName.Trim(), Assert.Throws<ConfigException>(() => MeasureAt(hostName)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("aperture-v0.5.0-info.log")]
    [InlineData("aperture-main-7ee3ed7-info.log")]
    public void Apertures_own_log_is_measured_at_the_named_host(string log)
    {
        var path = Vectors.GetPath("aperture/logs/" + log);
        var requests = File.ReadAllLines(path).Count(line => line.Contains(" - - \"", StringComparison.Ordinal));

        var result = AccessLogMeasure.Run([path], AccessLogFormat.Auto, "h", Table(Config("price: 5")), Table(Config("price: 6")), CancellationToken.None);

        Assert.True(requests > 5);
        Assert.Equal((AccessLogFormat.Aperture, (long)requests, 0L), (result.Format, result.Requests, result.Unreadable));
        Assert.True(result.Dearer > 0);
    }

    [Fact]
    public void A_log_without_hosts_needs_the_name_of_one()
    {
        var path = folder.File("access.log");
        File.WriteAllText(path, "1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 3\n");

        var refused = Assert.Throws<ConfigException>(() => AccessLogMeasure.Run([path], AccessLogFormat.Auto, null, Table(Config("price: 5")), Table(Config("price: 5")), CancellationToken.None));

        Assert.Contains("-HostName", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains("-Format VhostCombined", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_line_of_a_mixed_log_is_a_request_to_its_own_host()
    {
        const string rest = " 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312\n";
        const string sold = "services:\n  - {name: a, hostregexp: '^shop\\.example\\.com$', address: 'x:1', protocol: http, price: ";

        var result = Measure("shop.example.com" + rest + "api.example.com" + rest + "shop.example.com:443" + rest + "198.51.100.9" + rest, sold + "5}\n", sold + "9}\n");

        Assert.Equal((4L, 2L, 2L), (result.Requests, result.Dearer, result.Unchanged));
    }

    [Fact]
    public void A_torn_beginning_in_a_log_with_hosts_is_no_request_to_the_client()
    {
        const string rest = "203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 312\n";

        var result = Measure("shop.example.com " + rest + rest, Config("price: 5"), Config("price: 6"));

        Assert.Equal((1L, 1L, 1L), (result.Requests, result.Dearer, result.Unreadable));
    }

    [Theory]
    [InlineData("access.log.gz", true)]
    [InlineData("access.log.1", true)]
    [InlineData("access.log.gz", false)]
    public void A_log_is_unpacked_by_its_content(string name, bool isPacked)
    {
        var path = folder.File(name);
        using (var file = File.Create(path))
        using (var writer = new StreamWriter(isPacked ? new GZipStream(file, CompressionMode.Compress) : file))
        {
            writer.Write(Line);
        }

        Assert.Equal(1L, Measure(path).Requests);
    }

    [Theory]
    [InlineData(-20, "cut off")]
    [InlineData(-1, "damaged")]
    [InlineData(0, null)]
    public void A_packed_log_that_is_not_whole_is_not_measured_in_part(int change, string? expected)
    {
        var path = folder.File("access.log.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionMode.Compress)))
        {
            writer.Write(string.Concat(Enumerable.Range(0, 50_000).Select(number => Line.Replace("/a", "/" + number, StringComparison.Ordinal))));
        }

        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length + change);
        }

        if (expected is null)
        {
            Assert.Equal(50_000, Measure(path).Requests);
            return;
        }

        var refused = Assert.Throws<ConfigException>(() => Measure(path)).Message;
        Assert.Contains("is gzip that is " + expected, refused, StringComparison.Ordinal);
        Assert.Contains(path, refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_line_ends_takes_no_more_memory_than_another()
    {
        const int Megabyte = 1 << 20;
        var path = folder.File("access.log.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionMode.Compress)))
        {
            writer.Write(Line);
            for (var i = 0; i < 64; i++)
            {
                writer.Write(new string('x', Megabyte));
            }

            writer.Write('\n' + Line);
        }

        Measure(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Measure(path);

        Assert.Equal((3L, 2L, 1L), (result.Lines, result.Requests, result.Unreadable));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Megabyte);
    }

    [Fact]
    public void A_long_target_is_counted_and_is_no_example()
    {
        var path = folder.File("access.log");
        File.WriteAllText(path, Line.Replace("/a", "/" + new string('a', 9_000), StringComparison.Ordinal) + Line);

        var change = Assert.Single(Measure(path, "price: 6").Changes);

        Assert.Equal((2L, "GET h/a"), (change.Requests, Assert.Single(change.Examples)));
    }

    [Theory]
    [InlineData("http://h/a", "GET h/a")]
    [InlineData("*", null)]
    public void An_example_is_a_host_and_a_path(string target, string? example)
    {
        var path = folder.File("access.log");
        File.WriteAllText(path, Line.Replace("/a HTTP", target + " HTTP", StringComparison.Ordinal));

        Assert.Equal(example, Assert.Single(Measure(path, "price: 6").Changes).Examples.SingleOrDefault());
    }

    [Fact]
    public void Lines_are_those_of_a_text_reader_however_the_text_arrives() =>
        Gen.Select(Gen.Int[0, 4].Select(part => new[] { "a", "bc", "\n", "\r", "\r\n" }[part]).List[0, 12].Select(string.Concat), Gen.Int[1, 4]).Sample((text, chunk) =>
        {
            var lines = new BoundedLines(new ChunkReader(text, chunk), 3);
            using var expected = new StringReader(text);
            while (expected.ReadLine() is { } line)
            {
                Assert.True(lines.Read(CancellationToken.None));
                Assert.Equal(line.Length > 3 ? null : line, lines.Line);
            }

            Assert.False(lines.Read(CancellationToken.None));
        });

    [Fact]
    public void A_busy_service_may_move_as_far_forward_as_no_request_changes_its_service()
    {
        var yaml = "services:\n"
            + string.Concat(Enumerable.Range(0, 20).Select(i => "  - {name: s" + i + ", hostregexp: '^h$', pathregexp: '^/s" + i + "$', address: 'x:1', protocol: http}\n"))
            + "  - {name: broad, hostregexp: '^h$', pathregexp: '^/busy', address: 'x:1', protocol: http}\n"
            + "  - {name: between, hostregexp: '^h$', pathregexp: '^/between$', address: 'x:1', protocol: http}\n"
            + "  - {name: busy, hostregexp: '^h$', pathregexp: '^/[b-y]+$', address: 'x:1', protocol: http}\n";
        var log = string.Concat(Enumerable.Repeat("h:80 1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET /xyx HTTP/1.1\" 402 3\n", 50));

        var result = Measure(log, yaml, yaml);

        var broad = Measure(log.Replace("/xyx", "/busy", StringComparison.Ordinal), yaml, yaml).FasterOrder;
        Assert.Empty(result.FasterOrder);
        Assert.Equal("broad: place 21 to 1", broad.Single().ToString());
        Assert.Equal(("broad", 21, 1, 50L), (broad.Single().Service, broad.Single().Place, broad.Single().EarliestPlace, broad.Single().Requests));
        Assert.InRange(broad.Single().SavedShare, 0.95, 0.96);
    }

    private AccessLogMeasurement Measure(string path, string planned = "price: 5") =>
        AccessLogMeasure.Run([path], AccessLogFormat.Auto, null, Table(Config("price: 5")), Table(Config(planned)), CancellationToken.None);

    private AccessLogMeasurement MeasureAt(string hostName)
    {
        var path = folder.File("access.log");
        File.WriteAllText(path, "1.2.3.4 - - [30/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 402 3\n");
        const string sold = "hostregexp: '^xn--bcher-kva\\.example$', address: 'x:1', price: 5";
        return AccessLogMeasure.Run([path], AccessLogFormat.Auto, hostName, Table(Service(sold.Replace("bcher", "other", StringComparison.Ordinal))), Table(Service(sold)), CancellationToken.None);
    }

    private static string Service(string members) =>
        "services:\n  - {name: a, protocol: http, " + (members.StartsWith("hostregexp", StringComparison.Ordinal) ? string.Empty : "hostregexp: '^h$', ") + members + "}\n";

    private static string Config(string member) => "services:\n  - {name: a, hostregexp: '', address: 'x:1', protocol: http, " + member + "}\n";

    private static RouteTable Table(string yaml) => RouteTable.FromYaml(yaml);

    private AccessLogMeasurement Measure(string log, string served, string planned)
    {
        var path = folder.File("access-" + Guid.NewGuid().ToString("N") + ".log");
        File.WriteAllText(path, log);
        return AccessLogMeasure.Run([path], AccessLogFormat.Auto, null, Table(served), Table(planned), CancellationToken.None);
    }

    /// <summary>A text that arrives in parts.</summary>
    private sealed class ChunkReader(string text, int chunk) : TextReader
    {
        private int place;

        public override int Read(char[] buffer, int index, int count)
        {
            var length = Math.Min(Math.Min(chunk, count), text.Length - place);
            text.CopyTo(place, buffer, index, length);
            place += length;
            return length;
        }
    }
}
