using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LightningOps.ControlPlane.Postgres;

/// <summary>Writes paywalls. Differing ones are copied into a staging table and merged in one statement, while no other transaction writes paywalls.</summary>
internal static class PostgresPaywalls
{
    /// <summary>Blocks other writers of paywalls; readers continue.</summary>
    public static void Lock(NpgsqlConnection connection) => connection.Run("LOCK TABLE paywalls IN SHARE ROW EXCLUSIVE MODE");

    /// <summary>
    /// Stores the changes of an edit: other objects are written, missing ones removed; all keep their place, new ones
    /// come last.
    /// </summary>
    public static void Write(NpgsqlConnection connection, IReadOnlyList<Paywall> before, IReadOnlyList<Paywall> after)
    {
        var known = before.ToDictionary(static paywall => paywall.PaywallId, StringComparer.Ordinal);
        var changed = new List<Row>();
        foreach (var paywall in after)
        {
            known.TryGetValue(paywall.PaywallId, out var stored);
            known.Remove(paywall.PaywallId);
            if (!ReferenceEquals(stored, paywall))
            {
                changed.Add(new Row(paywall, null, Serialize(paywall)));
            }
        }

        Write(connection, changed);
        Remove(connection, known.Keys.ToArray());
    }

    /// <summary>Imports a snapshot.</summary>
    public static PaywallImport Import(
        NpgsqlConnection connection, IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, Func<string, Exception> duplicate, CancellationToken cancellationToken)
    {
        Lock(connection);
        var stored = connection.Rows(
            static row => (Id: row.GetString(0), Position: row.GetInt64(1), Document: row.GetFieldValue<byte[]>(2)),
            "SELECT paywall_id, position, document FROM paywalls").ToDictionary(static row => row.Id, StringComparer.Ordinal);
        var isReplacement = mode == PaywallImportMode.Replace;
        var next = isReplacement || stored.Count == 0 ? 0 : stored.Values.Max(static row => row.Position) + 1;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var changes = new List<Row>();
        int added = 0, changed = 0, unchanged = 0;
        foreach (var paywall in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!taken.Add(paywall.PaywallId))
            {
                throw duplicate(paywall.PaywallId);
            }

            var document = Serialize(paywall);
            var isKnown = stored.TryGetValue(paywall.PaywallId, out var known);
            var isSame = isKnown && known.Document.AsSpan().SequenceEqual(document);
            var position = isReplacement || !isKnown ? next++ : known.Position;
            added += isKnown ? 0 : 1;
            changed += isKnown && !isSame ? 1 : 0;
            unchanged += isSame ? 1 : 0;
            if (!isSame || known.Position != position)
            {
                changes.Add(new Row(paywall, position, document));
            }
        }

        Write(connection, changes);
        var removed = isReplacement ? Remove(connection, stored.Keys.Where(id => !taken.Contains(id)).ToArray()) : 0;
        return new PaywallImport { Mode = mode, Added = added, Changed = changed, Removed = removed, Unchanged = unchanged };
    }

    private static void Write(NpgsqlConnection connection, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        connection.Run("CREATE TEMPORARY TABLE staged_paywalls (ordinal bigint, paywall_id text, position bigint, status text, document bytea) ON COMMIT DROP");
        using (var import = connection.BeginBinaryImport("COPY staged_paywalls (ordinal, paywall_id, position, status, document) FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < rows.Count; i++)
            {
                import.StartRow();
                import.Write((long)i, NpgsqlDbType.Bigint);
                import.Write(rows[i].Paywall.PaywallId, NpgsqlDbType.Text);
                if (rows[i].Position is { } position)
                {
                    import.Write(position, NpgsqlDbType.Bigint);
                }
                else
                {
                    import.WriteNull();
                }

                import.Write(EnumColumn<PaywallStatus>.ToText(rows[i].Paywall.Status), NpgsqlDbType.Text);
                import.Write(rows[i].Document, NpgsqlDbType.Bytea);
            }

            import.Complete();
        }

        // A paywall without a position keeps the stored one, or comes last.
        connection.Run(
            """
            UPDATE staged_paywalls SET position = coalesce(
                (SELECT stored.position FROM paywalls stored WHERE stored.paywall_id = staged_paywalls.paywall_id),
                (SELECT coalesce(max(stored.position) + 1, 0) FROM paywalls stored) + ordinal)
            WHERE position IS NULL;
            INSERT INTO paywalls (paywall_id, position, status, document)
            SELECT paywall_id, position, status, document FROM staged_paywalls ORDER BY ordinal
            ON CONFLICT (paywall_id) DO UPDATE SET position = excluded.position, status = excluded.status, document = excluded.document
            """);
    }

    private static int Remove(NpgsqlConnection connection, string[] ids) =>
        ids.Length == 0 ? 0 : connection.Run("DELETE FROM paywalls WHERE paywall_id = ANY(@ids)", ("@ids", ids));

    private static byte[] Serialize(Paywall paywall) => JsonSerializer.SerializeToUtf8Bytes(paywall, ArtifactJson.Options);

    /// <param name="Paywall">The paywall.</param>
    /// <param name="Position">Its position; null to keep the stored one, or to come last.</param>
    /// <param name="Document">Its JSON.</param>
    private sealed record Row(Paywall Paywall, long? Position, byte[] Document);
}
