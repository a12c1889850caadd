using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Rules;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Local;

/// <summary>The journal of the local store, and what somebody who can write the store may do to it.</summary>
public sealed class LocalJournalTests : JournalContract, IDisposable
{
    private static readonly string[] Columns =
    [
        "at_ms", "kind", "action", "result", "code", "detail", "claimed_by", "account", "approved_by", "command", "machine",
        "process_id", "control_plane", "gateway", "subject", "request_id", "deployment_id", "config_hash",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(Open());

    [Fact]
    public async Task Whatever_is_changed_in_an_entry_is_found()
    {
        await FillAsync(3);

        Gen.Select(Gen.Int[0, Columns.Length - 1].Select(static place => Columns[place]), Gen.Int[1, 3]).Sample(
            change =>
            {
                var (column, place) = change;
                var (set, other) = column switch
                {
                    "at_ms" or "process_id" => (column + " + 1", column + " - 1"),
                    "kind" => ("'switch'", "'rollout'"),
                    "result" => ("'done'", "'failed'"),
                    _ => (column + " || 'x'", "substr(" + column + ", 1, length(" + column + ") - 1)"),
                };
                Execute($"UPDATE journal SET {column} = {set} WHERE sequence = {place}");
                var check = Check();
                Execute($"UPDATE journal SET {column} = {other} WHERE sequence = {place}");
                return check.Problems.Count == 1 && check.Problems[0] is { Code: "entry_changed" } found && found.Sequence == place && Check().Ok;
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE sequence = 2", "entry_missing", 2)]
    [InlineData("DELETE FROM journal WHERE sequence = 1", "entry_missing", 1)]
    [InlineData("DELETE FROM journal WHERE sequence = 2; UPDATE journal SET sequence = 2 WHERE sequence = 3", "chain_broken", 2)]
    [InlineData("UPDATE journal SET subject = NULL WHERE sequence = 2", "entry_changed", 2)]
    [InlineData("UPDATE journal SET claimed_by = NULL WHERE sequence = 2", "entry_changed", 2)]
    [InlineData("UPDATE journal SET action = 'rolled out' || char(10) || 'result=4:done' WHERE sequence = 2", "entry_changed", 2)]
    public async Task A_chain_that_was_cut_or_changed_is_found_without_a_head(string sql, string code, long place)
    {
        await FillAsync(3);
        Execute(sql);

        Assert.Contains(Check().Problems, problem => problem.Code == code && problem.Sequence == place);
    }

    [Fact]
    public async Task Only_a_head_kept_elsewhere_finds_entries_removed_from_the_end()
    {
        var entries = await FillAsync(3);
        Execute("DELETE FROM journal WHERE sequence = 3");

        Assert.True(Check().Ok);
        Assert.Equal("head_missing", Assert.Single(Check(entries[1].Head, entries[2].Head).Problems).Code);
        Assert.Equal(2, Check(entries[1].Head, entries[2].Head).VouchedUntil);
    }

    [Fact]
    public async Task Only_a_head_kept_elsewhere_finds_a_journal_written_anew()
    {
        var entries = await FillAsync(3);
        Execute("DELETE FROM journal");
        await FillAsync(4, "forged");

        Assert.True(Check().Ok);
        Assert.Equal("head_differs", Assert.Single(Check(entries[2].Head).Problems).Code);
        Assert.Equal(0, Check(entries[2].Head).VouchedUntil);
    }

    [Fact]
    public async Task Two_processes_write_one_chain()
    {
        using var other = Open();
        using var one = Open();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Task.Run(() => (number % 2 == 0 ? one : other).AppendJournalAsync(Full, CancellationToken.None))));

        Assert.True(Check().Ok);
        Assert.Equal(10, Check().Entries);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_is_a_warning()
    {
        System.IO.Directory.CreateDirectory(folder.File("taken.db"));
        using var journal = OperatorJournal.Open(new ControlPlaneSettings { Mode = ControlPlaneMode.Api, StorePath = folder.File("taken.db") }, OperatorEnvironment.ForProcess());
        var warnings = new List<string>();

        Assert.Null(await journal!.TryAppendAsync(new JournalDraft { Kind = JournalKind.Switch, Action = "global pause set" }, warnings.Add));
        Assert.StartsWith("Not in the journal: global pause set. store_path_invalid", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_is_found_in_any_text()
    {
        var head = (await FillAsync(2))[1].Head;

        Assert.True(JournalHead.TryParse(head.ToString(), out var parsed));
        Assert.Equal(head, parsed);
        Assert.Equal([head], JournalHead.FindAll("<td>" + head + "</td> <td>" + head + "</td>"));
        Assert.False(JournalHead.TryParse(head + "0", out _));
        Assert.Empty(JournalHead.FindAll("journal:0:" + head.Hash + " journal:1:abc"));
    }

    private async Task<IReadOnlyList<JournalEntry>> FillAsync(int count, string action = "rolled out")
    {
        using var store = Open();
        var entries = new List<JournalEntry>();
        for (var i = 0; i < count; i++)
        {
            entries.Add(await store.AppendJournalAsync(Full with { Action = action, Subject = i.ToString(CultureInfo.InvariantCulture), ProcessId = 100 + i }, CancellationToken.None));
        }

        return entries;
    }

    private JournalCheck Check(params JournalHead[] heads)
    {
        using var store = Open();
#pragma warning disable xUnit1031 // A property of CsCheck is synchronous.
        return JournalRules.CheckAsync(store, heads, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore xUnit1031
    }

    private void Execute(string sql) => LocalControlPlaneTests.Execute(folder.File("store.db"), sql);

    private LocalControlPlane Open() => new(new LocalStoreOptions { Path = folder.File("store.db"), Time = Clock });
}
