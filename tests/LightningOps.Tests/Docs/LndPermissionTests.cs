using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>Each page with a macaroon of LND says which permissions it needs.</summary>
public sealed class LndPermissionTests
{
    public static TheoryData<string> Pages() => new(Directory.GetFiles(Repository.GetPath("docs/en-US"), "*-*.md")
        .Where(static page => Regex.IsMatch(File.ReadAllText(page), @"(?m)^### -\w*(Lnd|Payee)Macaroon"))
        .Select(static page => Path.GetFileName(page)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Permissions_are_named_in_the_notes(string page)
    {
        var notes = string.Join("\n", Markdown.GetSection(Repository.Read("docs/en-US/" + page), "## NOTES"));

        Assert.True(Regex.IsMatch(notes, @"(offchain|invoices|info):(read|write)") || notes.Contains("read for its expiry only", StringComparison.Ordinal), page);
    }
}
