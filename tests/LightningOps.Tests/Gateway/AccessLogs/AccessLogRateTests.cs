using System;
using System.Globalization;
using System.IO;
using System.Linq;
using CsCheck;
using LightningOps.Gateway;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Memory;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.AccessLogs;

/// <summary>How many requests a restart costs: from the end of an access log and the last start, and not known where one is missing.</summary>
public sealed class AccessLogRateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("combined")]
    [InlineData("vhost")]
    [InlineData("json-iso")]
    [InlineData("json-seconds")]
    [InlineData("json-local")]
    [InlineData("aperture")]
    public void Requests_per_second_of_each_format(string format)
    {
        // 10 per second for a minute; lines end in another order than they begin.
        var lines = Enumerable.Range(0, 601).Select(place => Format(format, DateTimeOffset.FromUnixTimeMilliseconds(1_796_000_000_000 + (place * 100)))).ToArray();
        (lines[3], lines[40]) = (lines[40], lines[3]);

        var rate = AccessLogRate.Find(Write(string.Join('\n', lines) + "\n"));

        Assert.NotNull(rate);
        Assert.InRange(rate.Value, 9.8, 10.2);
    }

    [Fact]
    public void Only_the_last_hour_counts()
    {
        var old = Enumerable.Range(0, 5_000).Select(static place => Format("combined", DateTimeOffset.FromUnixTimeSeconds(1_796_000_000 - 50_000 + place)));
        var now = Enumerable.Range(0, 101).Select(static place => Format("combined", DateTimeOffset.FromUnixTimeSeconds(1_796_000_000 + (place * 10))));

        Assert.Equal(0.1, AccessLogRate.Find(Write(string.Join('\n', old.Concat(now))))!.Value, 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1 - - [29/Nov/2026:12:34:04 +0000] \"GET / HTTP/1.1\" 200 1\n")]
    [InlineData("127.0.0.1 - - [no time] \"GET / HTTP/1.1\" 200 1\n127.0.0.1 - - [no time] \"GET / HTTP/1.1\" 200 1\n")]
    [InlineData("{\"host\":\"h\",\"method\":\"GET\",\"uri\":\"/\",\"time\":{}}\n{\"host\":\"h\",\"method\":\"GET\",\"uri\":\"/\",\"time\":-1e300}\n{torn\n")]
    public void A_log_without_two_times_says_nothing(string content) => Assert.Null(AccessLogRate.Find(Write(content)));

    [Fact]
    public void Whatever_is_in_it_the_log_is_read_to_its_end() =>
        Gen.Char["{}[]\":,/\\ 0123456789-+TZabc=\n\t\0é"].Array[0, 400].Select(static characters => new string(characters)).Sample(content =>
        {
            var rate = AccessLogRate.Find(Write(content));
            return rate is null or >= 0;
        });

    [Fact]
    public void The_cost_of_a_restart_is_the_rate_times_the_last_start_and_else_not_known()
    {
        Assert.Equal("The last start of Aperture took 2.3 s. At 10 requests per second a restart costs about 23 requests, which a drain saves.", new RestartCost { LastStart = TimeSpan.FromSeconds(2.3), RequestsPerSecond = 10 }.ToString());
        Assert.Equal("The last start of Aperture took 2.3 s. How many requests a drain would save is not known.", new RestartCost { LastStart = TimeSpan.FromSeconds(2.3) }.ToString());
        Assert.Equal("How long a start of Aperture takes is not known. How many requests a drain would save is not known.", new RestartCost { RequestsPerSecond = 10 }.ToString());
        Assert.Null(new RestartCost { RequestsPerSecond = 10 }.Requests);
        Assert.Null(RestartCost.Find(new MemoryGateway(), null));
    }

    [Fact]
    public void A_file_gateway_finds_the_log_of_its_own_Aperture_and_a_named_log_must_be_there()
    {
        var yaml = Write("listenaddr: localhost:1\nbasedir: \"" + folder.Path.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"\nservices: []\n", "aperture.yaml");
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = yaml, ReloadCommand = ["/bin/true"] });
        Assert.Equal((null, null), (RestartCost.Find(gateway, null)!.AccessLogPath, RestartCost.Find(gateway, null)!.RequestsPerSecond));

        Write(string.Join('\n', Enumerable.Range(0, 61).Select(static second => Format("aperture", DateTimeOffset.FromUnixTimeSeconds(1_796_000_000 + second)))), "aperture.log");
        var cost = RestartCost.Find(gateway, null)!;
        Assert.Equal((folder.File("aperture.log"), 1.0), (cost.AccessLogPath, Math.Round(cost.RequestsPerSecond!.Value, 3)));

        Assert.Throws<FileNotFoundException>(() => RestartCost.Find(gateway, folder.File("none.log")));
        using var unloaded = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = yaml });
        Assert.Null(RestartCost.Find(unloaded, null));
    }

    private string Write(string content, string name = "access.log")
    {
        File.WriteAllText(folder.File(name), content);
        return folder.File(name);
    }

    private static string Format(string format, DateTimeOffset time) => format switch
    {
        "combined" => "127.0.0.1 - - [" + Combined(time) + "] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl\"",
        "vhost" => "shop.example:443 127.0.0.1 - - [" + Combined(time) + "] \"GET /a HTTP/1.1\" 402 12 \"-\" \"curl\"",
        "json-iso" => "{\"host\":\"h\",\"method\":\"GET\",\"uri\":\"/a\",\"time\":\"" + time.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture) + "\"}",
        "json-seconds" => "{\"ts\":" + (time.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture) + ",\"host\":\"h\",\"method\":\"GET\",\"uri\":\"/a\"}",
        "json-local" => "{\"host\":\"h\",\"method\":\"GET\",\"uri\":\"/a\",\"time_local\":\"" + Combined(time) + "\"}",
        _ => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + " [INF] PRXY: 127.0.0.1:5000 - - \"GET /a HTTP/1.1\" \"\" \"curl\"",
    };

    private static string Combined(DateTimeOffset time) => time.UtcDateTime.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture) + " +0000";
}
