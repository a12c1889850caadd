using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.Gateway.Loopback;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>The loopback gateway starts with the files Aperture starts with (Vectors/aperture/config-verdicts.jsonl).</summary>
public sealed class RecordedStartTests
{
    /// <summary>Files that may differ, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["flagname-sqlite-dbfile"] = "the database is this gateway's own",
        ["flagname-sqlite-dbfile-bad-dir"] = "the database is this gateway's own",
        ["case-ListenAddr"] = "the listener is this gateway's own",
        ["bom"] = "the listener is this gateway's own: the mark hides listenaddr",
        ["empty-file"] = "the listener is this gateway's own",
        ["authenticator-null"] = "the node is this gateway's own",
        ["authenticator-disable-missing-members"] = "the node is this gateway's own",
        ["lnd-macdir-missing"] = "the node is this gateway's own",
        ["tlscert-missing"] = "the gateway does not read certificates of upstreams",
        ["headers-env-unset"] = "the main branch stops at a variable that is not set, and so does the gateway; v0.5.0 sends the text as it is",
        ["nul-byte"] = "Aperture reads a NUL as any character; a file that has one is binary, UTF-16 or damaged, and is refused",
        ["latin1"] = "Aperture replaces bytes that are not UTF-8; a file that has some cannot be kept to the byte, and is refused",
    };

    [Fact]
    public void The_gateway_starts_with_the_files_some_recorded_Aperture_starts_with()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("present.txt"), "abc");
        var rows = File.ReadLines(Vectors.GetPath("aperture/config-verdicts.jsonl"))
            .Select(line => JsonDocument.Parse(line.Replace("{{PORT}}", "8081").Replace("{{DIR}}", folder.Path).Replace("{{LND}}", "/lnd")).RootElement)
            .GroupBy(static row => row.GetProperty("id").GetString()!)
            .ToArray();

        var differences = rows
            .Select(row => (Id: row.Key, Starts: row.Any(static one => one.GetProperty("starts").GetBoolean()), Refusal: FindRefusal(folder, row.First())))
            .Where(row => row.Starts != (row.Refusal is null))
            .ToArray();

        Assert.Equal(281, rows.Length);
        var unexpected = differences.Where(row => !Exceptions.ContainsKey(row.Id)).ToArray();
        Assert.True(unexpected.Length == 0, string.Join("\n", unexpected));
        Assert.Empty(Exceptions.Keys.Except(differences.Select(static row => row.Id)));
    }

    private static string? FindRefusal(TemporaryFolder folder, JsonElement row)
    {
        var path = folder.File("aperture.yaml");
        File.WriteAllBytes(path, row.TryGetProperty("yamlBase64", out var encoded) ? Convert.FromBase64String(encoded.GetString()!) : Encoding.UTF8.GetBytes(row.GetProperty("yaml").GetString()!));
        try
        {
            using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ConfigPath = path, Environment = static _ => null });
            return null;
        }
        catch (LoopbackConfigException refused)
        {
            return refused.Message;
        }
    }
}
