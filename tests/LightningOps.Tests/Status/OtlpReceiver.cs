using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;

namespace LightningOps.Tests.Status;

/// <summary>Receives ExportMetricsServiceRequests over HTTP and reads their protobuf by the field numbers of opentelemetry-proto.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener listener = new();

    public OtlpReceiver()
    {
        Url = "http://127.0.0.1:" + MetricTests.FreePort();
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        next = ReceiveAsync();
    }

    public string Url { get; }

    private Task<(string Path, string? Type, byte[] Body)> next;

    public async Task<(string Path, string? Type, byte[] Body)> NextAsync()
    {
        var received = await next.WaitAsync(TimeSpan.FromSeconds(30));
        next = ReceiveAsync();
        return received;
    }

    public void Dispose() => listener.Close();

    /// <summary>The metrics as lines: name, description, kind, and each point with its attributes in order and its value; no units.</summary>
    public static string Describe(byte[] request)
    {
        var lines = new List<string>();
        foreach (var metric in Read(request).Where(field => field.Number == 1).SelectMany(resource => Read(resource.Bytes)).Where(field => field.Number == 2).SelectMany(scope => Read(scope.Bytes)).Where(field => field.Number == 2).Select(field => Read(field.Bytes).ToArray()))
        {
            var name = Text(metric.Single(field => field.Number == 1));
            var data = metric.Single(field => field.Number is 5 or 7);
            var content = Read(data.Bytes).ToArray();
            var kind = data.Number == 5 ? "gauge" : "sum " + string.Join(" ", content.Where(field => field.Number is 2 or 3).OrderBy(field => field.Number).Select(field => field.Number + "=" + field.Value));
            lines.Add(name + " | " + Text(metric.Single(field => field.Number == 2)) + " | " + kind);
            lines.AddRange(content.Where(field => field.Number == 1).Select(point => Read(point.Bytes).ToArray()).Select(point =>
                "  " + name + " {" + string.Join(",", point.Where(field => field.Number == 7).Select(field => Read(field.Bytes).ToArray()).Select(pair => Text(pair.Single(field => field.Number == 1)) + "=" + Text(Read(pair.Single(field => field.Number == 2).Bytes).Single(field => field.Number == 1))).OrderBy(text => text, StringComparer.Ordinal)) + "} "
                + BitConverter.Int64BitsToDouble((long)point.Single(field => field.Number == 4).Value).ToString("R", CultureInfo.InvariantCulture) + (point.Any(field => field.Number == 3 && field.Value > 0) ? " timed" : string.Empty)));
        }

        return string.Join("\n", lines.OrderBy(line => line.Trim(), StringComparer.Ordinal));
    }

    private static string Text(Field field) => Encoding.UTF8.GetString(field.Bytes);

    private static IEnumerable<Field> Read(byte[] message)
    {
        for (var place = 0; place < message.Length;)
        {
            var tag = Number(message, ref place);
            switch (tag & 7)
            {
                case 0:
                    yield return new Field((int)(tag >> 3), Number(message, ref place), []);
                    break;
                case 1:
                    yield return new Field((int)(tag >> 3), BitConverter.ToUInt64(message, place), []);
                    place += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref place);
                    yield return new Field((int)(tag >> 3), 0, message[place..(place + length)]);
                    place += length;
                    break;
                default:
                    throw new InvalidDataException("wire type " + (tag & 7));
            }
        }
    }

    private static ulong Number(byte[] message, ref int place)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[place++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private async Task<(string Path, string? Type, byte[] Body)> ReceiveAsync()
    {
        var context = await listener.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Response.StatusCode = 200;
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
        return (context.Request.Url!.AbsolutePath, context.Request.ContentType, body.ToArray());
    }

    private sealed record Field(int Number, ulong Value, byte[] Bytes);
}
