using System;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LightningOps.ControlPlane;

/// <summary>One entry of the journal: who did what, when, from where and with which result (docs/reference/control-plane.md#journal).</summary>
public sealed record JournalEntry
{
    /// <summary>Position in the journal, from 1 without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Time of the store, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>The recorded action.</summary>
    public required JournalDraft Deed { get; init; }

    /// <summary>Account that wrote the entry: the operating system's for a file, the database's for a shared store.</summary>
    public required string Account { get; init; }

    /// <summary>Hash of the previous entry; 64 zeros for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>SHA-256 of the entry including <see cref="PreviousHash" />, in lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Kind of the action.</summary>
    [JsonIgnore]
    public JournalKind Kind => Deed.Kind;

    /// <summary>The action in a few words.</summary>
    [JsonIgnore]
    public string Action => Deed.Action;

    /// <summary>User: the name given to the command, else the account.</summary>
    [JsonIgnore]
    public string Who => Deed.ClaimedBy ?? Account;

    /// <summary>Whether the store knows <see cref="Who" />, or the command only stated it.</summary>
    [JsonIgnore]
    public JournalIdentity Identity => Deed.ClaimedBy is null || string.Equals(Deed.ClaimedBy, Account, StringComparison.Ordinal) ? JournalIdentity.Verified : JournalIdentity.Claimed;

    /// <summary>Who approved the plan; null for none.</summary>
    [JsonIgnore]
    public string? ApprovedBy => Deed.ApprovedBy;

    /// <summary>Gateway, or null.</summary>
    [JsonIgnore]
    public string? Gateway => Deed.Gateway;

    /// <summary>Result.</summary>
    [JsonIgnore]
    public JournalResult Result => Deed.Result;

    /// <summary>This entry as a head.</summary>
    [JsonIgnore]
    public JournalHead Head => new(Sequence, Hash);
}

/// <summary>Description of an action for the journal; it contains no secret.</summary>
public sealed record JournalDraft
{
    /// <summary>Kind.</summary>
    public required JournalKind Kind { get; init; }

    /// <summary>The deed in a few words, for example <c>global pause set</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Result.</summary>
    public JournalResult Result { get; init; } = JournalResult.Done;

    /// <summary>Stable code of a failure, or null.</summary>
    public string? Code { get; init; }

    /// <summary>Further details for people: the reason of a switch, the changes of a roll-out.</summary>
    public string? Detail { get; init; }

    /// <summary>User named to the command; null if none was named.</summary>
    public string? ClaimedBy { get; init; }

    /// <summary>Approver of the plan, or null; always as stated in the plan file.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Name of the command.</summary>
    public string? Command { get; init; }

    /// <summary>Name of the machine.</summary>
    public string? Machine { get; init; }

    /// <summary>Id of the process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Control plane, without a secret.</summary>
    public string? ControlPlane { get; init; }

    /// <summary>Gateway, or null.</summary>
    public string? Gateway { get; init; }

    /// <summary>Paywall, owner, role or file, or null.</summary>
    public string? Subject { get; init; }

    /// <summary>Request id, or null.</summary>
    public string? RequestId { get; init; }

    /// <summary>Id of the recorded deployment, or null.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash of the configuration, or null.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>Kind, action and result.</summary>
    public override string ToString() => TerminalText.Clean(Kind + ": " + Action + ", " + Result + (Code is null ? string.Empty : " (" + Code + ")"));
}

/// <summary>Kind of an action in the journal.</summary>
public enum JournalKind
{
    /// <summary>A pause or kill switch was set or lifted.</summary>
    Switch,

    /// <summary>A gateway was brought in line with the control plane, or closed.</summary>
    Rollout,

    /// <summary>A plan was written to a file.</summary>
    Plan,

    /// <summary>Paywalls or a gateway were restored to an earlier deployment.</summary>
    Restore,

    /// <summary>Paywalls or settlements were imported.</summary>
    Import,

    /// <summary>A credential role was rotated, activated or revoked, or a sold token was revoked.</summary>
    Credential,

    /// <summary>A paywall was made, changed, suspended, resumed or removed.</summary>
    Paywall,

    /// <summary>The registration of a gateway was changed.</summary>
    Gateway,
}

/// <summary>Result of an action in the journal.</summary>
public enum JournalResult
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was refused before anything was changed.</summary>
    Refused,

    /// <summary>It is not known whether it was done.</summary>
    NotKnown,
}

/// <summary>How reliably the store knows who did something.</summary>
public enum JournalIdentity
{
    /// <summary>The command was told a name; the store cannot check it.</summary>
    Claimed,

    /// <summary>The operating system or the database named the account.</summary>
    Verified,
}

/// <summary>The last entry of a journal at some time. Exported reports contain it, so that the chain can be checked against them.</summary>
/// <param name="Sequence">Sequence of the entry.</param>
/// <param name="Hash">Its hash.</param>
public sealed record JournalHead(long Sequence, string Hash)
{
    private const string Pattern = @"journal:([1-9][0-9]{0,17}):([0-9a-f]{64})(?![0-9a-f])";
    private static readonly Regex Form = new(Pattern, RegexOptions.CultureInvariant);

    /// <summary>Reads <c>journal:12:HASH</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="head">The head, or null.</param>
    public static bool TryParse(string text, out JournalHead? head)
    {
        var found = Form.Match(text.Trim());
        head = found.Success && found.Length == text.Trim().Length ? FromMatch(found) : null;
        return head is not null;
    }

    /// <summary>All heads in a text, for example in a report or a log.</summary>
    /// <param name="text">The text.</param>
    public static System.Collections.Generic.IReadOnlyList<JournalHead> FindAll(string text)
    {
        var heads = new System.Collections.Generic.List<JournalHead>();
        foreach (Match found in Form.Matches(text))
        {
            if (FromMatch(found) is var head && !heads.Contains(head))
            {
                heads.Add(head);
            }
        }

        return heads;
    }

    /// <summary><c>journal:12:HASH</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"journal:{Sequence}:{Hash}");

    private static JournalHead FromMatch(Match found) => new(long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture), found.Groups[2].Value);
}
