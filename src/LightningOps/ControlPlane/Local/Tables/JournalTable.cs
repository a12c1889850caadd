using System.Collections.Generic;
using System.Data.Common;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>The journal, in the order of its entries.</summary>
internal static class JournalTable
{
    private const string Columns =
        "sequence, at_ms, kind, action, result, code, detail, claimed_by, account, approved_by, command, machine, process_id, control_plane, gateway, subject, request_id, deployment_id, config_hash, previous_hash, hash";

    public static JournalHead? FindHead(DbConnection connection) =>
        connection.FirstRow(static row => new JournalHead(row.GetInt64(0), row.GetString(1)), "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1");

    public static IReadOnlyList<JournalEntry> List(DbConnection connection, JournalQuery query)
    {
        var filter = new SqlFilter()
            .Within("at_ms", query.SinceMs, query.UntilMs)
            .Where("kind", query.Kind is { } kind ? EnumColumn<JournalKind>.ToText(kind) : null)
            .Where("result", query.Result is { } result ? EnumColumn<JournalResult>.ToText(result) : null)
            .Where("gateway", query.Gateway)
            .Where("who", query.Who)
            .Where("deployment_id", query.DeploymentId);
        return connection.Rows(Read, filter.SelectNewest("journal", Columns, query.First), filter.Values);
    }

    public static IReadOnlyList<JournalEntry> ReadChain(DbConnection connection, long after, int count) =>
        connection.Rows(Read, "SELECT " + Columns + " FROM journal WHERE sequence > @after ORDER BY sequence LIMIT @count", ("@after", after), ("@count", count));

    public static void Add(DbConnection connection, JournalEntry entry)
    {
        var deed = entry.Deed;
        connection.Run(
            "INSERT INTO journal (" + Columns + """
            ) VALUES (@sequence, @at, @kind, @action, @result, @code, @detail, @claimedBy, @account, @approvedBy, @command, @machine, @process, @controlPlane,
                @gateway, @subject, @request, @deployment, @configHash, @previous, @hash)
            """,
            ("@sequence", entry.Sequence),
            ("@at", entry.AtMs),
            ("@kind", EnumColumn<JournalKind>.ToText(deed.Kind)),
            ("@action", deed.Action),
            ("@result", EnumColumn<JournalResult>.ToText(deed.Result)),
            ("@code", deed.Code),
            ("@detail", deed.Detail),
            ("@claimedBy", deed.ClaimedBy),
            ("@account", entry.Account),
            ("@approvedBy", deed.ApprovedBy),
            ("@command", deed.Command),
            ("@machine", deed.Machine),
            ("@process", deed.ProcessId),
            ("@controlPlane", deed.ControlPlane),
            ("@gateway", deed.Gateway),
            ("@subject", deed.Subject),
            ("@request", deed.RequestId),
            ("@deployment", deed.DeploymentId),
            ("@configHash", deed.ConfigHash),
            ("@previous", entry.PreviousHash),
            ("@hash", entry.Hash));
    }

    private static JournalEntry Read(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        AtMs = row.GetInt64(1),
        Deed = new JournalDraft
        {
            Kind = EnumColumn<JournalKind>.Parse(row.GetString(2)),
            Action = row.GetString(3),
            Result = EnumColumn<JournalResult>.Parse(row.GetString(4)),
            Code = row.TextOrNull(5),
            Detail = row.TextOrNull(6),
            ClaimedBy = row.TextOrNull(7),
            ApprovedBy = row.TextOrNull(9),
            Command = row.TextOrNull(10),
            Machine = row.TextOrNull(11),
            ProcessId = (int?)row.IntegerOrNull(12),
            ControlPlane = row.TextOrNull(13),
            Gateway = row.TextOrNull(14),
            Subject = row.TextOrNull(15),
            RequestId = row.TextOrNull(16),
            DeploymentId = row.TextOrNull(17),
            ConfigHash = row.TextOrNull(18),
        },
        Account = row.GetString(8),
        PreviousHash = row.GetString(19),
        Hash = row.GetString(20),
    };
}
