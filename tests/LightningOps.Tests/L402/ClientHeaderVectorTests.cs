using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>What real servers send in WWW-Authenticate, every line of the recording.</summary>
public sealed class ClientHeaderVectorTests
{
    private static readonly string[][] Answers = File.ReadLines(Vectors.GetPath("clients/headers.jsonl")).Select(Challenges).Where(lines => lines.Length > 0).ToArray();

    [Fact]
    public void Every_L402_line_of_a_real_server_is_read_alone_and_joined()
    {
        var lines = Answers.SelectMany(answer => answer).Where(IsL402).ToArray();

        Assert.True(lines.Length > 150);
        Assert.All(lines, line =>
        {
            var challenge = L402Challenge.Parse(line);
            Assert.True(challenge.Amount?.Value > 0);
            Assert.True(Bolt11Invoice.TryParse(challenge.Invoice, out _, out _));
        });
        Assert.All(Answers.Where(answer => answer.Any(IsL402)), answer =>
        {
            var challenge = L402Challenge.Parse(answer);
            Assert.Equal(challenge, L402Challenge.Parse(string.Join(", ", answer)));
            Assert.Equal(answer.Any(line => line.StartsWith("L402", StringComparison.OrdinalIgnoreCase)) ? L402Scheme.L402 : L402Scheme.Lsat, challenge.Scheme);
        });
    }

    [Fact]
    public void An_answer_without_an_L402_line_has_no_L402_challenge()
    {
        var others = Answers.Where(answer => !answer.Any(IsL402)).ToArray();

        Assert.NotEmpty(others);
        Assert.All(others, answer =>
        {
            Assert.False(L402Challenge.TryParse(answer, out _, out var error));
            Assert.Equal(L402ErrorCodes.ChallengeMissing, error.Code);
        });
    }

    private static bool IsL402(string line) => line.StartsWith("L402", StringComparison.OrdinalIgnoreCase) || line.StartsWith("LSAT", StringComparison.OrdinalIgnoreCase);

    private static string[] Challenges(string row)
    {
        var headers = JsonDocument.Parse(row).RootElement.GetProperty("headers");
        return headers.ValueKind != JsonValueKind.Object ? [] : headers.EnumerateObject()
            .Where(header => header.Name.Equals("WWW-Authenticate", StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value.ValueKind == JsonValueKind.Array ? header.Value.EnumerateArray().Select(value => value.GetString()!) : [header.Value.GetString()!])
            .ToArray();
    }
}
