using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>Comments in the services of an aperture.yaml: kept, or named in the plan with their line.</summary>
public sealed class LostCommentsTests : IDisposable
{
    private const string Ours = "name: pw_a.r, hostregexp: '^a$', pathregexp: '^/old$', address: 'localhost:8000', protocol: http, auth: \"on\", price: 3";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly GatewayFile file = new();

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData("services: [\n  {NAME}, # tail\n]\n", 1)]
    [InlineData("services: [ # head\n  # before \"#1\"\n  {NAME},\n] # end\n", 0, 1, 3)]
    [InlineData("services:\n  # of the shop\n  - {NAME}\n", 1)]
    [InlineData("services:   # mine\n  - name: pw_a.r\n    hostregexp: '^a #x$' # why\n    address: localhost:8000\n    price: 3\n", 2)]
    [InlineData("services:   # mine\n  - {NAME}\n", new int[0])]
    [InlineData("services:\n  - name: pw_a.r\n    hostregexp: '^a # no comment$'\n    address: localhost:8000\n", new int[0])]
    public async Task A_comment_where_the_text_is_written_anew_is_named_with_its_line_in_the_file(string services, params int[] lost)
    {
        File.WriteAllText(file.Path, file.With(services.Replace("NAME", Ours, StringComparison.Ordinal)));
        var first = file.Head.Count(static letter => letter == '\n') + 1;
        using var gateway = file.Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        var expected = lost.Length == 0 ? null
            : (lost.Length == 1 ? "A comment in the services of the file is" : lost.Length + " comments in the services of the file are")
                + " lost, because the text there is written anew: line " + string.Join(", ", lost.Select(line => line + first)) + ". Write a comment that is to stay above the key services. The file as it was is kept in its .versions folder";
        Assert.Equal(expected, plan.Diagnostics.SingleOrDefault(static diagnostic => diagnostic.Code == "comments_lost")?.Message);
        Assert.False(plan.IsRefused);
        Assert.Equal(services.Contains("# mine", StringComparison.Ordinal), file.Text.Contains("# mine", StringComparison.Ordinal));
        Assert.DoesNotContain("# tail", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_of_services_that_keep_their_text_are_not_named()
    {
        const string other = "  # Of others.\n  - name: website # by hand\n    hostregexp: '^www$'\n    address: localhost:8000\n    price: 7\n";
        File.WriteAllText(file.Path, file.With("services:\n" + other));
        using var gateway = file.Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));
        var paused = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_2", "/a") with { IsPaused = true, CloseOthers = true });

        Assert.DoesNotContain(plan.Diagnostics.Concat(paused.Diagnostics), static diagnostic => diagnostic.Code == "comments_lost");
    }

    [Fact]
    public async Task A_close_names_the_comments_of_services_made_here_and_not_those_that_it_keeps()
    {
        const string services = "services: [\n  {name: website, hostregexp: '^www$', address: 'localhost:8000', price: 7}, # tail\n\n]\n";
        File.WriteAllText(file.Path, file.With(services));
        using var gateway = file.Open();
        var everything = new GatewayClosing { RequestId = "r", DeploymentId = "dep_close_r", Decide = static (_, _) => CloseDecision.Close, IsEverything = true, IncludesOthers = true };

        var kept = gateway.PlanClosing(await gateway.ReadStateAsync(None), everything)!;
        await gateway.CloseAsync(everything, None);

        Assert.Equal(ServiceChangeKind.Closed, Assert.Single(kept.Changes).Kind);
        Assert.Empty(kept.Diagnostics);
        Assert.Contains("# tail", file.Text, StringComparison.Ordinal);

        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        var dash = file.Text.IndexOf("- name: pw_a.r", StringComparison.Ordinal);
        File.WriteAllText(file.Path, file.Text.Insert(file.Text.LastIndexOf('\n', dash) + 1, "    # of ours\n"));

        var lost = gateway.PlanClosing(await gateway.ReadStateAsync(None), everything)!;

        var found = Assert.Single(lost.Diagnostics);
        Assert.Equal(("comments_lost", DiagnosticSeverity.Warn), (found.Code, found.Severity));
        Assert.Contains("line " + (file.Text[..file.Text.IndexOf("# of ours", StringComparison.Ordinal)].Count(static letter => letter == '\n') + 1) + ".", found.Message, StringComparison.Ordinal);
    }
}
