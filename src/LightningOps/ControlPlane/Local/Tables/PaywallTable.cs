using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Paywalls, each as its JSON, in the order received.</summary>
internal static class PaywallTable
{
    /// <summary>All paywalls in order, or those that are active or paused.</summary>
    public static IReadOnlyList<Paywall> List(DbConnection connection, bool withArchived, string source)
    {
        var strings = new StringPool();
        return connection.Rows(
            row => JsonDecoding.Decode(row.GetFieldValue<byte[]>(0), source, strings, PaywallDecoder.ReadPaywall),
            "SELECT document FROM paywalls WHERE @withArchived OR status <> 'archived' ORDER BY position",
            ("@withArchived", withArchived));
    }

    /// <summary>One paywall, or null; the others are not read.</summary>
    public static Paywall? Find(DbConnection connection, string paywallId, string source)
    {
        var strings = new StringPool();
        return connection.Rows(
            row => JsonDecoding.Decode(row.GetFieldValue<byte[]>(0), source, strings, PaywallDecoder.ReadPaywall),
            "SELECT document FROM paywalls WHERE paywall_id = @id",
            ("@id", paywallId)).FirstOrDefault();
    }

    /// <summary>
    /// Stores the changes of an edit: other objects are written, missing ones removed; all keep their place, new ones
    /// come last.
    /// </summary>
    public static void Write(SqliteConnection connection, IReadOnlyList<Paywall> before, IReadOnlyList<Paywall> after)
    {
        using var rows = new PaywallRows(connection);
        var known = before.ToDictionary(static paywall => paywall.PaywallId, StringComparer.Ordinal);
        foreach (var paywall in after)
        {
            known.TryGetValue(paywall.PaywallId, out var stored);
            known.Remove(paywall.PaywallId);
            if (!ReferenceEquals(stored, paywall))
            {
                var document = JsonSerializer.SerializeToUtf8Bytes(paywall, ArtifactJson.Options);
                var position = rows.Find(paywall.PaywallId, document)?.Position ?? connection.Integer("SELECT coalesce(max(position) + 1, 0) FROM paywalls");
                rows.Put(paywall, position, document);
            }
        }

        foreach (var removed in known.Keys)
        {
            connection.Run("DELETE FROM paywalls WHERE paywall_id = @id", ("@id", removed));
        }
    }

    /// <summary>Imports a snapshot.</summary>
    public static PaywallImport Import(
        SqliteConnection connection, IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, Func<string, Exception> duplicate, CancellationToken cancellationToken)
    {
        using var rows = new PaywallRows(connection);
        var isReplacement = mode == PaywallImportMode.Replace;
        var next = isReplacement ? 0 : connection.Integer("SELECT coalesce(max(position) + 1, 0) FROM paywalls");
        var taken = new HashSet<string>(StringComparer.Ordinal);
        int added = 0, changed = 0, unchanged = 0;
        foreach (var paywall in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!taken.Add(paywall.PaywallId))
            {
                throw duplicate(paywall.PaywallId);
            }

            var document = JsonSerializer.SerializeToUtf8Bytes(paywall, ArtifactJson.Options);
            var known = rows.Find(paywall.PaywallId, document);
            var position = isReplacement || known is null ? next++ : known.Value.Position;
            added += known is null ? 1 : 0;
            changed += known is { IsSame: false } ? 1 : 0;
            unchanged += known is { IsSame: true } ? 1 : 0;
            if (known is not { IsSame: true } || known.Value.Position != position)
            {
                rows.Put(paywall, position, document);
            }
        }

        var removed = isReplacement ? RemoveOthers(connection, taken) : 0;
        return new PaywallImport { Mode = mode, Added = added, Changed = changed, Removed = removed, Unchanged = unchanged };
    }

    private static int RemoveOthers(SqliteConnection connection, HashSet<string> kept) =>
        connection.Rows(row => row.GetString(0), "SELECT paywall_id FROM paywalls")
            .Where(id => !kept.Contains(id))
            .Sum(id => connection.Run("DELETE FROM paywalls WHERE paywall_id = @id", ("@id", id)));
}
