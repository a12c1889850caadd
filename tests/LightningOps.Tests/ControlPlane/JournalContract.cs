using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

/// <summary>What every store that keeps the journal does (docs/reference/control-plane.md#journal); each one runs it.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private IJournal journal = null!;

    protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000));

    public async Task InitializeAsync() => journal = await OpenAsync();

    public async Task DisposeAsync()
    {
        journal.Dispose();
        await CloseAsync();
    }

    [ContractFact]
    public async Task Each_entry_holds_the_hash_of_the_one_before()
    {
        Assert.Null(await journal.FindJournalHeadAsync(None));
        var first = await journal.AppendJournalAsync(Full, None);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await journal.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "imported" }, None);

        Assert.Equal((1, 1_000, JournalRules.NoHash), (first.Sequence, first.AtMs, first.PreviousHash));
        Assert.Equal((2, 2_000, first.Hash), (second.Sequence, second.AtMs, second.PreviousHash));
        Assert.Equal(second.Head, await journal.FindJournalHeadAsync(None));
        Assert.Equal([first, second], await journal.ReadJournalAsync(0, 10, None));
        Assert.Equal([second], await journal.ReadJournalAsync(1, 10, None));
        Assert.Equal([first], await journal.ReadJournalAsync(0, 1, None));
    }

    [ContractFact]
    public async Task An_entry_is_read_with_all_it_says()
    {
        await journal.AppendJournalAsync(Full, None);

        var read = Assert.Single(await journal.ListJournalAsync(new JournalQuery(), None));
        Assert.Equal(Full, read.Deed);
        Assert.Equal(JournalRules.ComputeHash(read), read.Hash);
    }

    [ContractFact]
    public async Task Who_is_claimed_where_a_name_was_given_and_else_the_account_the_store_knows()
    {
        var claimed = await journal.AppendJournalAsync(Full, None);
        var verified = await journal.AppendJournalAsync(Full with { ClaimedBy = null }, None);
        var same = await journal.AppendJournalAsync(Full with { ClaimedBy = verified.Account }, None);

        Assert.Equal(("alice", JournalIdentity.Claimed), (claimed.Who, claimed.Identity));
        Assert.Equal((verified.Account, JournalIdentity.Verified), (verified.Who, verified.Identity));
        Assert.Equal(JournalIdentity.Verified, same.Identity);
        Assert.NotEmpty(verified.Account);
        Assert.Equal([claimed], await journal.ListJournalAsync(new JournalQuery { Who = "alice" }, None));
    }

    [ContractFact]
    public async Task Entries_are_listed_newest_first_by_every_condition()
    {
        var made = new List<JournalEntry>();
        foreach (var deed in new[] { Full, Full with { Gateway = "admin:b" }, Full with { Kind = JournalKind.Switch, Gateway = null, DeploymentId = null }, Full with { Result = JournalResult.Refused } })
        {
            made.Add(await journal.AppendJournalAsync(deed, None));
            Clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await AssertListAsync(new JournalQuery(), 4, 3, 2, 1);
        await AssertListAsync(new JournalQuery { First = 2 }, 4, 3);
        await AssertListAsync(new JournalQuery { SinceMs = 1_010, UntilMs = 1_030 }, 3, 2);
        await AssertListAsync(new JournalQuery { Kind = JournalKind.Switch }, 3);
        await AssertListAsync(new JournalQuery { Gateway = "admin:b" }, 2);
        await AssertListAsync(new JournalQuery { Result = JournalResult.Refused }, 4);
        await AssertListAsync(new JournalQuery { DeploymentId = "dep_1", Result = JournalResult.Failed }, 2, 1);

        async Task AssertListAsync(JournalQuery query, params long[] places) =>
            Assert.Equal(places, (await journal.ListJournalAsync(query, None)).Select(static entry => entry.Sequence));
    }

    [ContractFact]
    public async Task Entries_added_at_the_same_time_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => journal.AppendJournalAsync(Full with { Subject = "s" + number }, None))));

        var check = await JournalRules.CheckAsync(journal, [], None);
        Assert.True(check.Ok, string.Join("; ", check.Problems));
        Assert.Equal(20, check.Entries);
    }

    /// <summary>An entry with every member.</summary>
    protected static JournalDraft Full { get; } = new()
    {
        Kind = JournalKind.Rollout,
        Action = "rolled out",
        Result = JournalResult.Failed,
        Code = "challenge_check_failed",
        Detail = "1 changed: a (price 2 → 3)",
        ClaimedBy = "alice",
        ApprovedBy = "bob",
        Command = "Sync-ApertureConfig",
        Machine = "m",
        ProcessId = 7,
        ControlPlane = "local:/s.db",
        Gateway = "admin:a",
        Subject = "pw",
        RequestId = "r",
        DeploymentId = "dep_1",
        ConfigHash = "cfg_1",
    };

    protected abstract Task<IJournal> OpenAsync();

    protected virtual Task CloseAsync() => Task.CompletedTask;
}
