using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Rules;

/// <summary>The hash chain of the journal (docs/reference/control-plane.md#journal). Every store uses it.</summary>
internal static class JournalRules
{
    /// <summary>Hash before the first entry.</summary>
    public static readonly string NoHash = new('0', 64);

    private const string Version = "lightningops-journal-1";
    private const int MaxText = 4000;
    private const int PageSize = 1000;

    /// <summary>The entry after another.</summary>
    /// <param name="previous">The last entry; null for none.</param>
    /// <param name="deed">The action.</param>
    /// <param name="account">Account known to the store.</param>
    /// <param name="nowMs">Time of the store.</param>
    public static JournalEntry Record(JournalHead? previous, JournalDraft deed, string account, long nowMs)
    {
        var entry = new JournalEntry
        {
            Sequence = (previous?.Sequence ?? 0) + 1,
            AtMs = nowMs,
            Deed = deed with { Detail = Shorten(deed.Detail), Action = Shorten(deed.Action)!, Subject = Shorten(deed.Subject) },
            Account = account,
            PreviousHash = previous?.Hash ?? NoHash,
            Hash = string.Empty,
        };
        return entry with { Hash = ComputeHash(entry) };
    }

    /// <summary>SHA-256 over every member, each with its name and length, so that different entries never give the same bytes.</summary>
    public static string ComputeHash(JournalEntry entry)
    {
        var text = new StringBuilder(Version).Append('\n');
        var deed = entry.Deed;
        Add("previous", entry.PreviousHash);
        Add("sequence", Number(entry.Sequence));
        Add("at", Number(entry.AtMs));
        Add("kind", EnumColumn<JournalKind>.ToText(deed.Kind));
        Add("action", deed.Action);
        Add("result", EnumColumn<JournalResult>.ToText(deed.Result));
        Add("code", deed.Code);
        Add("detail", deed.Detail);
        Add("claimedBy", deed.ClaimedBy);
        Add("account", entry.Account);
        Add("approvedBy", deed.ApprovedBy);
        Add("command", deed.Command);
        Add("machine", deed.Machine);
        Add("process", deed.ProcessId is { } process ? Number(process) : null);
        Add("controlPlane", deed.ControlPlane);
        Add("gateway", deed.Gateway);
        Add("subject", deed.Subject);
        Add("requestId", deed.RequestId);
        Add("deploymentId", deed.DeploymentId);
        Add("configHash", deed.ConfigHash);
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())).Select(static octet => octet.ToString("x2", CultureInfo.InvariantCulture)));

        void Add(string name, string? value) => text.Append(name).Append(value is null ? "=-" : "=" + Number(value.Length) + ":" + value).Append('\n');
    }

    /// <summary>Checks the whole chain, and the heads kept elsewhere.</summary>
    public static async Task<JournalCheck> CheckAsync(IJournal journal, IReadOnlyList<JournalHead> heads, CancellationToken cancellationToken)
    {
        var problems = new List<JournalProblem>();
        var found = new Dictionary<long, string>();
        var watched = new HashSet<long>(heads.Select(static head => head.Sequence));
        JournalHead? last = null;
        var count = 0L;
        while (true)
        {
            var page = await journal.ReadJournalAsync(last?.Sequence ?? 0, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                CheckEntry(entry, last, problems);
                if (watched.Contains(entry.Sequence))
                {
                    found[entry.Sequence] = entry.Hash;
                }

                last = entry.Head;
                count++;
            }

            if (page.Count < PageSize)
            {
                break;
            }
        }

        problems.AddRange(heads.Select(head => CheckHead(head, found)).OfType<JournalProblem>());
        return new JournalCheck
        {
            Entries = count,
            Head = last,
            Heads = heads,
            VouchedUntil = heads.Where(head => CheckHead(head, found) is null).Select(static head => head.Sequence).DefaultIfEmpty(0).Max(),
            Problems = problems,
        };
    }

    private static void CheckEntry(JournalEntry entry, JournalHead? last, List<JournalProblem> problems)
    {
        var expected = (last?.Sequence ?? 0) + 1;
        if (entry.Sequence != expected)
        {
            problems.Add(new JournalProblem("entry_missing", expected, FormattableString.Invariant(
                $"{(entry.Sequence - 1 == expected ? "Entry " + Number(expected) + " is" : "Entries " + Number(expected) + " to " + Number(entry.Sequence - 1) + " are")} missing.")));
        }
        else if (!string.Equals(entry.PreviousHash, last?.Hash ?? NoHash, StringComparison.Ordinal))
        {
            problems.Add(new JournalProblem("chain_broken", entry.Sequence, FormattableString.Invariant($"Entry {entry.Sequence} does not follow the entry before it.")));
        }

        if (!string.Equals(entry.Hash, ComputeHash(entry), StringComparison.Ordinal))
        {
            problems.Add(new JournalProblem("entry_changed", entry.Sequence, FormattableString.Invariant($"Entry {entry.Sequence} was changed after it was written.")));
        }
    }

    private static JournalProblem? CheckHead(JournalHead head, Dictionary<long, string> found) =>
        !found.TryGetValue(head.Sequence, out var hash)
            ? new JournalProblem("head_missing", head.Sequence, FormattableString.Invariant($"Entry {head.Sequence}, which is known outside the store, is not in it."))
            : string.Equals(hash, head.Hash, StringComparison.Ordinal) ? null
            : new JournalProblem("head_differs", head.Sequence, FormattableString.Invariant($"Entry {head.Sequence} is not the one known outside the store: the journal was rewritten."));

    private static string? Shorten(string? text) => text is null || text.Length <= MaxText ? text : text.Substring(0, MaxText - 1) + "…";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
