using System;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using Xunit;

namespace LightningOps.Tests.Gateway.Planning;

public sealed class PlanTextTests
{
    [Theory]
    [InlineData(ServiceChangeKind.Added, "+ svc")]
    [InlineData(ServiceChangeKind.Changed, "~ svc")]
    [InlineData(ServiceChangeKind.Opened, "* svc  opened")]
    [InlineData(ServiceChangeKind.Closed, "! svc  closed")]
    [InlineData(ServiceChangeKind.Moved, "\u2195 svc  from place 3 to 1")]
    [InlineData(ServiceChangeKind.Removed, "- svc")]
    public void Each_kind_has_its_sign(ServiceChangeKind kind, string line) =>
        Assert.Equal(line, new ServiceChange { Name = "svc", Kind = kind, OldPlace = 2, NewPlace = 0 }.ToString().Split('\n')[0]);

    [Fact]
    public void Members_tell_old_and_new_and_long_ones_take_lines_of_their_own()
    {
        var expression = "^/" + new string('x', 70) + "$";
        var change = new ServiceChange
        {
            Name = "svc",
            Kind = ServiceChangeKind.Changed,
            Members = [new MemberChange("price", "5", "3"), new MemberChange("rewrite", string.Empty, "/v1"), new MemberChange("pathregexp", "^/a$", expression)],
        };

        Assert.Equal(
            ["~ svc", "    price: 5 \u2192 3", "    rewrite: none \u2192 /v1", "    pathregexp:", "      ^/a$", "      \u2192 " + expression, "    credentials sold before open it as before, for the requests it still", "      matches"],
            change.ToString().Split('\n'));
    }

    [Fact]
    public void What_it_costs_the_buyers_is_said()
    {
        Assert.Contains("credentials sold before open nothing while it is absent", new ServiceChange { Name = "svc", Kind = ServiceChangeKind.Removed, Holders = HolderAccess.Suspended }.ToString(), StringComparison.Ordinal);
        Assert.Contains("was old: credentials sold under that name do not", new ServiceChange { Name = "svc", Kind = ServiceChangeKind.Added, Holders = HolderAccess.Refused, RenamedFrom = "old" }.ToString(), StringComparison.Ordinal);
        Assert.Contains("briefly unavailable", new ServiceChange { Name = "svc", Kind = ServiceChangeKind.Moved, IsBrieflyUnreachable = true }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_many_changes_is_cut_and_says_so()
    {
        var plan = Plan(Enumerable.Range(0, 1000).Select(number => new ServiceChange { Name = "svc" + number, Kind = ServiceChangeKind.Added }).ToArray());

        Assert.Equal("1000 added", plan.Summary);
        Assert.Equal("  and 800 more", plan.ToString().Split('\n')[^1]);
    }

    [Theory]
    [InlineData("cfg_b", "nothing to change")]
    [InlineData("cfg_a", "the configuration is sent")]
    public void A_plan_without_services_says_whether_anything_is_sent(string current, string summary) =>
        Assert.Equal(summary, (Plan() with { CurrentConfigHash = new ConfigHash(current) }).Summary);

    [Fact]
    public void Sentences_break_between_words()
    {
        var message = string.Join(' ', Enumerable.Repeat("word", 60));

        var lines = (Plan() with { Diagnostics = [new Diagnostic { Code = "c", Severity = DiagnosticSeverity.Warn, Message = message }] }).ToString().Split('\n');

        Assert.All(lines, static line => Assert.True(line.Length <= 80, line));
        Assert.Equal(60, string.Join(' ', lines).Split(' ').Count(static word => word == "word"));
    }

    private static RolloutPlan Plan(params ServiceChange[] changes) => new() { Gateway = "memory", ConfigHash = new ConfigHash("cfg_b"), Changes = changes };
}
