using System.Collections.Generic;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.Buyer.Credentials;

/// <summary>
/// The schema of the credential store, step by step. A released step never changes; a new step is appended. Enums are
/// stored in lower snake case, amounts in millisatoshis, times in Unix milliseconds.
/// </summary>
internal static class CredentialMigrations
{
    /// <summary>The kind of file ("LnCr").</summary>
    public static StoreFormat Format { get; } = new(0x4C6E4372, All(), EnvironmentVariables.CredentialStore);

    private static IReadOnlyList<Migration> All() =>
    [
        // payment_key stays unique for ever: the invoice of a removed credential is not paid again.
        new Migration(1, "Purchases, the name of their key, and leases of host and scope", """
            CREATE TABLE purchases (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                purchase_id TEXT NOT NULL UNIQUE,
                host TEXT NOT NULL,
                scope TEXT NOT NULL,
                request_id TEXT NOT NULL,
                payer TEXT NOT NULL,
                state TEXT NOT NULL,
                payment_key TEXT NOT NULL UNIQUE,
                payment_hash TEXT,
                quoted_msats INTEGER,
                reserved_msats INTEGER NOT NULL,
                spent_msats INTEGER,
                payment_id TEXT,
                proof_reference TEXT,
                code TEXT,
                secret BLOB,
                invoice_expires_at_ms INTEGER,
                expires_at_ms INTEGER,
                created_at_ms INTEGER NOT NULL,
                updated_at_ms INTEGER NOT NULL,
                spent_at_ms INTEGER NOT NULL,
                owner_host TEXT NOT NULL,
                owner_process_id INTEGER NOT NULL,
                owner_process_space TEXT);
            CREATE INDEX purchases_of_scope ON purchases (host, scope, sequence);
            CREATE INDEX purchases_by_time ON purchases (spent_at_ms);
            CREATE INDEX purchases_unfinished ON purchases (state) WHERE state IN ('paying', 'pending', 'unproven');

            CREATE TABLE credential_key (
                only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
                key_id TEXT NOT NULL);

            CREATE TABLE purchase_leases (
                gateway TEXT NOT NULL PRIMARY KEY,
                token TEXT NOT NULL,
                request_id TEXT NOT NULL,
                host TEXT NOT NULL,
                process_id INTEGER NOT NULL,
                process_space TEXT,
                since_ms INTEGER NOT NULL,
                expires_at_ms INTEGER NOT NULL);
            """),

        // Older rows reserved nothing for routing.
        new Migration(2, "What purchases may pay, and paid, for routing", """
            ALTER TABLE purchases ADD COLUMN fee_limit_msats INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE purchases ADD COLUMN fee_msats INTEGER;
            """),

        // Older unfinished rows may have been sent.
        new Migration(3, "Whether, where and to whom purchases were sent", """
            ALTER TABLE purchases ADD COLUMN sent_at_ms INTEGER;
            ALTER TABLE purchases ADD COLUMN was_seen INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE purchases ADD COLUMN node TEXT;
            ALTER TABLE purchases ADD COLUMN earlier_payment_id TEXT;
            ALTER TABLE purchases ADD COLUMN service TEXT;
            UPDATE purchases SET sent_at_ms = spent_at_ms WHERE state IN ('paying', 'pending', 'unproven');
            UPDATE purchases SET was_seen = 1 WHERE state = 'pending' AND code = 'payment_pending';
            CREATE INDEX purchases_of_service ON purchases (host, service, sequence) WHERE service IS NOT NULL;
            """),

        new Migration(4, "Paths that a credential of their service has opened", """
            CREATE TABLE opened_paths (
                host TEXT NOT NULL,
                scope TEXT NOT NULL,
                purchase_id TEXT NOT NULL,
                PRIMARY KEY (host, scope)) WITHOUT ROWID;
            """),
    ];
}
