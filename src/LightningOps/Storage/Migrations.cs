using System.Collections.Generic;

namespace LightningOps.Storage;

/// <summary>
/// The schema of the store, step by step. A released step never changes; a new step is appended. Enums are stored as
/// the contract's texts, amounts in millisatoshis, times in Unix milliseconds.
/// </summary>
internal static class Migrations
{
    /// <summary>Identifies the file as a store of this module ("LnOp").</summary>
    public const int ApplicationId = 0x4C6E4F70;

    /// <summary>All steps, oldest first.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        // A paywall is always read as a whole, so it is kept as its JSON, beside the columns used for queries.
        new Migration(1, "Paywalls, deployments and gateway events", """
            CREATE TABLE paywalls (
                paywall_id TEXT NOT NULL PRIMARY KEY,
                position INTEGER NOT NULL,
                status TEXT NOT NULL,
                document BLOB NOT NULL);
            CREATE INDEX paywalls_in_order ON paywalls (position);

            CREATE TABLE deployments (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                deployment_id TEXT NOT NULL UNIQUE,
                paywall_id TEXT,
                owner_id TEXT,
                config_hash TEXT NOT NULL,
                image_digest TEXT,
                status TEXT NOT NULL,
                diagnostics TEXT,
                metadata TEXT,
                request_id TEXT,
                applied_at_ms INTEGER,
                rolled_back_from TEXT,
                created_at_ms INTEGER NOT NULL,
                updated_at_ms INTEGER NOT NULL);
            CREATE INDEX deployments_by_config_hash ON deployments (config_hash);

            CREATE TABLE gateway_events (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                event_id TEXT NOT NULL UNIQUE,
                paywall_id TEXT NOT NULL,
                owner_id TEXT NOT NULL,
                event_type TEXT NOT NULL,
                level TEXT NOT NULL,
                request_id TEXT,
                deployment_id TEXT,
                config_hash TEXT,
                metadata TEXT,
                created_at_ms INTEGER NOT NULL);
            CREATE INDEX gateway_events_by_deployment ON gateway_events (deployment_id);
            """),

        // A settlement may precede its invoice, or have none, so there is no foreign key.
        new Migration(2, "Invoices and settlements", """
            CREATE TABLE invoices (
                invoice_id TEXT NOT NULL PRIMARY KEY,
                paywall_id TEXT NOT NULL,
                owner_id TEXT NOT NULL,
                amount_msats INTEGER NOT NULL,
                status TEXT NOT NULL,
                payment_hash TEXT,
                payment_request TEXT,
                payment_proof_ref TEXT,
                request_id TEXT,
                created_at_ms INTEGER NOT NULL,
                updated_at_ms INTEGER NOT NULL,
                settled_at_ms INTEGER);

            CREATE TABLE settlements (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                settlement_id TEXT NOT NULL UNIQUE,
                paywall_id TEXT NOT NULL,
                owner_id TEXT NOT NULL,
                invoice_id TEXT,
                amount_msats INTEGER NOT NULL,
                payment_proof_ref TEXT NOT NULL,
                request_id TEXT,
                metadata TEXT,
                created_at_ms INTEGER NOT NULL,
                payment_hash TEXT,
                task_id TEXT,
                route_id TEXT);
            CREATE INDEX settlements_by_paywall ON settlements (paywall_id);
            CREATE INDEX settlements_by_owner ON settlements (owner_id);
            """),

        new Migration(3, "Pause, kill switches and credential roles", """
            CREATE TABLE global_controls (
                state_id TEXT NOT NULL PRIMARY KEY,
                global_pause INTEGER NOT NULL,
                deny_reason_code TEXT,
                deny_reason TEXT,
                updated_by TEXT,
                updated_at_ms INTEGER NOT NULL);

            CREATE TABLE owner_controls (
                owner_id TEXT NOT NULL PRIMARY KEY,
                kill_switch INTEGER NOT NULL,
                deny_reason_code TEXT,
                deny_reason TEXT,
                updated_by TEXT,
                updated_at_ms INTEGER NOT NULL);

            CREATE TABLE credential_roles (
                role TEXT NOT NULL PRIMARY KEY,
                status TEXT NOT NULL,
                version INTEGER NOT NULL,
                fingerprint TEXT,
                note TEXT,
                updated_at_ms INTEGER NOT NULL,
                last_rotated_at_ms INTEGER,
                revoked_at_ms INTEGER);
            """),

        // deployment_id distinguishes a deployment's record from an event, which has none.
        new Migration(4, "Leases of gateways, and what a control plane could not be told", """
            CREATE TABLE gateway_leases (
                gateway TEXT NOT NULL PRIMARY KEY,
                token TEXT NOT NULL,
                request_id TEXT NOT NULL,
                host TEXT NOT NULL,
                process_id INTEGER NOT NULL,
                process_space TEXT,
                since_ms INTEGER NOT NULL,
                expires_at_ms INTEGER NOT NULL);

            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                target TEXT NOT NULL,
                deployment_id TEXT,
                document TEXT NOT NULL,
                is_taken INTEGER NOT NULL,
                created_at_ms INTEGER NOT NULL);
            CREATE INDEX outbox_by_target ON outbox (target, sequence);
            """),

        // A record is always read and written as a whole, so it is kept as its JSON.
        new Migration(5, "What was made on gateways that keep no deployments themselves", """
            CREATE TABLE gateway_records (
                gateway TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL,
                updated_at_ms INTEGER NOT NULL);
            """),

        // Import position of each gateway for a control plane; a purchase is linked to its settlement by payment hash.
        new Migration(6, "How far gateways were read, and settlements by payment hash", """
            CREATE TABLE settlement_cursors (
                gateway TEXT NOT NULL,
                target TEXT NOT NULL,
                settled_until_ms INTEGER NOT NULL,
                PRIMARY KEY (gateway, target));
            CREATE INDEX settlements_by_payment_hash ON settlements (payment_hash) WHERE payment_hash IS NOT NULL;
            """),

        // An entry may be reserved for the next roll-out to one gateway.
        new Migration(7, "Whose turn it is to tell a control plane what it could not be told", """
            ALTER TABLE outbox ADD COLUMN gateway TEXT;
            """),

        // Entries are only added; the hash of each covers all its columns and the previous hash.
        new Migration(8, "The journal: who did what, when, from where, with which result", """
            CREATE TABLE journal (
                sequence INTEGER NOT NULL PRIMARY KEY,
                at_ms INTEGER NOT NULL,
                kind TEXT NOT NULL,
                action TEXT NOT NULL,
                result TEXT NOT NULL,
                code TEXT,
                detail TEXT,
                claimed_by TEXT,
                account TEXT NOT NULL,
                who TEXT GENERATED ALWAYS AS (coalesce(claimed_by, account)) VIRTUAL,
                approved_by TEXT,
                command TEXT,
                machine TEXT,
                process_id INTEGER,
                control_plane TEXT,
                gateway TEXT,
                subject TEXT,
                request_id TEXT,
                deployment_id TEXT,
                config_hash TEXT,
                previous_hash TEXT NOT NULL,
                hash TEXT NOT NULL);
            CREATE INDEX journal_by_gateway ON journal (gateway, sequence) WHERE gateway IS NOT NULL;
            CREATE INDEX journal_by_deployment ON journal (deployment_id) WHERE deployment_id IS NOT NULL;
            """),

        // Many deployments have the same paywalls, so each set is kept once.
        new Migration(9, "The paywalls of deployments, and gateways that are not reconciled", """
            CREATE TABLE paywall_snapshots (
                snapshot_hash TEXT NOT NULL PRIMARY KEY,
                paywalls BLOB NOT NULL);

            CREATE TABLE deployment_snapshots (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                deployment_id TEXT NOT NULL UNIQUE,
                gateway TEXT NOT NULL,
                config_hash TEXT NOT NULL,
                snapshot_hash TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL);

            CREATE TABLE suspended_reconciles (
                gateway TEXT NOT NULL PRIMARY KEY,
                deployment_id TEXT NOT NULL,
                who TEXT NOT NULL,
                since_ms INTEGER NOT NULL);
            """),

        // Records of a hosted control plane have no payment hash; their payments are found by the reference of the proof.
        new Migration(10, "Settlements without a payment hash by the reference of their proof", """
            CREATE INDEX settlements_by_proof ON settlements (payment_proof_ref) WHERE payment_hash IS NULL;
            """),
    ];

    /// <summary>Version of the schema after all steps.</summary>
    public static int Newest => All[All.Count - 1].Version;
}
