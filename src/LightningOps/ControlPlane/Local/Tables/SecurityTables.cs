using System.Linq;
using LightningOps.Paywalls;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>The global pause, kill switches and credential roles.</summary>
internal static class SecurityTables
{
    private const string RoleColumns = "role, status, version, fingerprint, note, updated_at_ms, last_rotated_at_ms, revoked_at_ms";

    public static SecurityState Read(SqliteConnection connection) => new()
    {
        Global = connection.FirstRow(ReadGlobal, "SELECT state_id, global_pause, deny_reason_code, deny_reason, updated_by, updated_at_ms FROM global_controls")
            ?? SecurityRules.NeverPaused,
        OwnerControls = connection.Rows(
            ReadOwner,
            "SELECT owner_id, kill_switch, deny_reason_code, deny_reason, updated_by, updated_at_ms FROM owner_controls ORDER BY owner_id"),
        CredentialRoles = connection.Rows(ReadRole, "SELECT " + RoleColumns + " FROM credential_roles").OrderBy(role => CredentialRoleTexts.GetPlace(role.Role)).ToArray(),
    };

    public static CredentialRoleState? FindRole(SqliteConnection connection, CredentialRole role) =>
        connection.FirstRow(ReadRole, "SELECT " + RoleColumns + " FROM credential_roles WHERE role = @role", ("@role", CredentialRoleTexts.GetText(role)));

    public static void Put(SqliteConnection connection, GlobalControl control) =>
        connection.Run(
            "INSERT OR REPLACE INTO global_controls (state_id, global_pause, deny_reason_code, deny_reason, updated_by, updated_at_ms) VALUES (@id, @pause, @code, @reason, @by, @updated)",
            ("@id", control.StateId),
            ("@pause", control.GlobalPause),
            ("@code", control.DenyReasonCode),
            ("@reason", control.DenyReason),
            ("@by", control.UpdatedBy),
            ("@updated", control.UpdatedAtMs));

    public static void Put(SqliteConnection connection, OwnerControl control) =>
        connection.Run(
            "INSERT OR REPLACE INTO owner_controls (owner_id, kill_switch, deny_reason_code, deny_reason, updated_by, updated_at_ms) VALUES (@id, @kill, @code, @reason, @by, @updated)",
            ("@id", control.OwnerId),
            ("@kill", control.KillSwitch),
            ("@code", control.DenyReasonCode),
            ("@reason", control.DenyReason),
            ("@by", control.UpdatedBy),
            ("@updated", control.UpdatedAtMs));

    public static void Put(SqliteConnection connection, CredentialRoleState role) =>
        connection.Run(
            "INSERT OR REPLACE INTO credential_roles (" + RoleColumns + ") VALUES (@role, @status, @version, @fingerprint, @note, @updated, @rotated, @revoked)",
            ("@role", role.Role),
            ("@status", role.Status),
            ("@version", role.Version),
            ("@fingerprint", role.Fingerprint),
            ("@note", role.Note),
            ("@updated", role.UpdatedAtMs),
            ("@rotated", role.LastRotatedAtMs),
            ("@revoked", role.RevokedAtMs));

    private static GlobalControl ReadGlobal(SqliteDataReader row) => new()
    {
        StateId = row.GetString(0),
        GlobalPause = row.GetBoolean(1),
        DenyReasonCode = row.TextOrNull(2),
        DenyReason = row.TextOrNull(3),
        UpdatedBy = row.TextOrNull(4),
        UpdatedAtMs = row.GetInt64(5),
    };

    private static OwnerControl ReadOwner(SqliteDataReader row) => new()
    {
        OwnerId = row.GetString(0),
        KillSwitch = row.GetBoolean(1),
        DenyReasonCode = row.TextOrNull(2),
        DenyReason = row.TextOrNull(3),
        UpdatedBy = row.TextOrNull(4),
        UpdatedAtMs = row.GetInt64(5),
    };

    private static CredentialRoleState ReadRole(SqliteDataReader row) => new()
    {
        Role = row.GetString(0),
        Status = row.GetString(1),
        Version = row.GetInt64(2),
        Fingerprint = row.TextOrNull(3),
        Note = row.TextOrNull(4),
        UpdatedAtMs = row.GetInt64(5),
        LastRotatedAtMs = row.IntegerOrNull(6),
        RevokedAtMs = row.IntegerOrNull(7),
    };
}
