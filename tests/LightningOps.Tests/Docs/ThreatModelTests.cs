using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace LightningOps.Tests.Docs;

/// <summary>Each row of the threat model names a test there is, or says why there is none.</summary>
public sealed class ThreatModelTests
{
    public static TheoryData<string> Rows() => new(Repository.Read("docs/threat-model.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_names_a_test_there_is_or_says_why_not(string row)
    {
        var cells = row.Trim('|', ' ').Split(" | ");
        Assert.Equal(4, cells.Length);
        var shown = cells[3];
        if (shown.StartsWith("none: ", StringComparison.Ordinal))
        {
            Assert.True(shown.Length > 20, shown);
            return;
        }

        var names = Regex.Matches(shown, "`([^`]+)`").Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var parts = name.Split('.');
            var file = Directory.EnumerateFiles(Repository.GetPath("tests"), parts[0] + ".cs", SearchOption.AllDirectories).SingleOrDefault();
            Assert.True(file is not null, parts[0] + " is not a test");
            Assert.True(parts.Length == 2, name + " is a whole class: name the test that shows it");
            var text = File.ReadAllText(file).Replace("\r", string.Empty, StringComparison.Ordinal);
            var at = text.IndexOf(" " + parts[1] + "(", StringComparison.Ordinal);
            Assert.True(at > 0 && Regex.IsMatch(text[text.LastIndexOf("\n\n", at, StringComparison.Ordinal)..at], @"\[\w*(Fact|Theory)\b"), name + " is not a test");
        }
    }
}
