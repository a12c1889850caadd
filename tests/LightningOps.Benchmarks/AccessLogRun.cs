using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.Routing;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>access-log LINES [SERVICES] [EXPRESSIONS] [DISTINCT]</c>: measures a log against two configurations in a
/// separate process, with time and peak memory.
/// </summary>
public static class AccessLogRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "access-log";

    private const int Hosts = 400;

    /// <summary>Makes the run.</summary>
    public static int Run(string[] arguments)
    {
        var lines = Number(arguments, 0, 1_000_000);
        var services = Number(arguments, 1, 16_000);
        var expressions = Number(arguments, 2, 1_000);
        var distinct = Number(arguments, 3, lines);
        var file = Path.Combine(Path.GetTempPath(), "access-" + Environment.ProcessId + ".log");
        try
        {
            WriteLog(file, lines, services, distinct);
            var servedYaml = CreateYaml(services, expressions, 0);
            var plannedYaml = CreateYaml(services, expressions, 7);
            GC.Collect();
            var managed = GC.GetTotalMemory(true);
            var before = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            var served = RouteTable.FromYaml(servedYaml);
            var planned = RouteTable.FromYaml(plannedYaml);
            var read = clock.Elapsed.TotalSeconds;
            var result = AccessLogMeasure.Run([file], AccessLogFormat.Auto, null, served, planned, CancellationToken.None);
            clock.Stop();
            var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant(
                $"{lines} lines, {distinct} distinct, {services} services of which {expressions} expressions: {clock.Elapsed.TotalSeconds:0.0} s ({read:0.0} s to read the configurations), {processor:0.0} s of processor; managed heap {(GC.GetTotalMemory(true) - managed) / 1048576.0:0} MiB more, working set at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:0} MiB; {result.Requests} requests: {result.Unchanged} unchanged, {result.Dearer} dearer, {result.Cheaper} cheaper, {result.Lost} lost, {result.NewlyPriced} newly priced, {result.NewlyFree} newly free, {result.OtherService} other service"));
            return result.Requests == lines ? 0 : 1;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;

    private static string CreateYaml(int services, int expressions, int shift)
    {
        var yaml = new StringBuilder("services:\n");
        for (var i = 0; i < services; i++)
        {
            var host = i % Hosts;
            yaml.Append("  - name: s").Append(i)
                .Append("\n    hostregexp: '(?i)^shop").Append(host).Append("\\.example\\.com\\.?(:[0-9]+)?$'\n    pathregexp: '").Append(GetPath(i, services, expressions))
                .Append("'\n    address: up.example.com:443\n    protocol: https\n    auth: \"")
                .Append((i + shift) % 97 == 0 ? "off" : "on").Append("\"\n    price: ").Append(1 + ((i + shift) % 50)).Append('\n');
        }

        return yaml.ToString();
    }

    private static string GetPath(int i, int services, int expressions) => i < services - expressions
        ? (i % 2) switch
        {
            0 => "^/p" + i + "/exact$",
            _ => "^/p" + i + "/(?s:.*)$",
        }
        : (i % 4) switch
        {
            0 => "^/e" + i + "/[0-9]+/items(/[a-z]+)*$",
            1 => "^/e" + i + "/(a|b|cd)+\\.json$",
            2 => "^(/v[0-9])?/e" + i + "/.*/report$",
            _ => "^/[a-z]{2}/e" + i + "/[^/]*$",
        };

    private static void WriteLog(string file, int lines, int services, int distinct)
    {
        var random = new Random(1);
        using var log = new StreamWriter(file, false, new UTF8Encoding(false), 1 << 16);
        for (var i = 0; i < lines; i++)
        {
            var request = distinct >= lines ? i : random.Next(distinct);
            var service = (int)(request * 7919L % services);
            var path = (request % 5) switch
            {
                0 => "/p" + service + "/exact",
                1 => "/p" + (service | 1) + "/more/" + request,
                2 => "/e" + service + "/" + request + "/items/abc",
                3 => "/v1/e" + service + "/" + request + "/report",
                _ => "/de/e" + service + "/" + request,
            };
            log.Write("shop");
            log.Write((service | (request % 5 == 1 ? 1 : 0)) % Hosts);
            log.Write(".example.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET ");
            log.Write(path);
            log.Write(" HTTP/1.1\" 402 312 \"-\" \"curl/8.5.0\"\n");
        }
    }
}
