using System.Data.Common;
using System.Linq;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>The global pause, kill switches and credential roles.</summary>
internal static class SecurityTables
{
    private const string RoleColumns = "role, status, version, fingerprint, note, updated_at_ms, last_rotated_at_ms, revoked_at_ms";

    public static SecurityState Read(DbConnection connection) => new()
    {
        Global = connection.FirstRow(ReadGlobal, "SELECT state_id, global_pause, deny_reason_code, deny_reason, updated_by, updated_at_ms FROM global_controls")
            ?? SecurityRules.NeverPaused,
        OwnerControls = connection.Rows(
            ReadOwner,
            "SELECT owner_id, kill_switch, deny_reason_code, deny_reason, updated_by, updated_at_ms FROM owner_controls ORDER BY owner_id"),
        CredentialRoles = connection.Rows(ReadRole, "SELECT " + RoleColumns + " FROM credential_roles").OrderBy(role => CredentialRoleTexts.GetPlace(role.Role)).ToArray(),
    };

    public static CredentialRoleState? FindRole(DbConnection connection, CredentialRole role) =>
        connection.FirstRow(ReadRole, "SELECT " + RoleColumns + " FROM credential_roles WHERE role = @role", ("@role", CredentialRoleTexts.GetText(role)));

    public static void Put(DbConnection connection, GlobalControl control) =>
        connection.Run(
            """
            INSERT INTO global_controls (state_id, global_pause, deny_reason_code, deny_reason, updated_by, updated_at_ms) VALUES (@id, @pause, @code, @reason, @by, @updated)
            ON CONFLICT (state_id) DO UPDATE SET
                global_pause = excluded.global_pause, deny_reason_code = excluded.deny_reason_code, deny_reason = excluded.deny_reason,
                updated_by = excluded.updated_by, updated_at_ms = excluded.updated_at_ms
            """,
            ("@id", control.StateId),
            ("@pause", control.GlobalPause),
            ("@code", control.DenyReasonCode),
            ("@reason", control.DenyReason),
            ("@by", control.UpdatedBy),
            ("@updated", control.UpdatedAtMs));

    public static void Put(DbConnection connection, OwnerControl control) =>
        connection.Run(
            """
            INSERT INTO owner_controls (owner_id, kill_switch, deny_reason_code, deny_reason, updated_by, updated_at_ms) VALUES (@id, @kill, @code, @reason, @by, @updated)
            ON CONFLICT (owner_id) DO UPDATE SET
                kill_switch = excluded.kill_switch, deny_reason_code = excluded.deny_reason_code, deny_reason = excluded.deny_reason,
                updated_by = excluded.updated_by, updated_at_ms = excluded.updated_at_ms
            """,
            ("@id", control.OwnerId),
            ("@kill", control.KillSwitch),
            ("@code", control.DenyReasonCode),
            ("@reason", control.DenyReason),
            ("@by", control.UpdatedBy),
            ("@updated", control.UpdatedAtMs));

    public static void Put(DbConnection connection, CredentialRoleState role) =>
        connection.Run(
            "INSERT INTO credential_roles (" + RoleColumns + """
            ) VALUES (@role, @status, @version, @fingerprint, @note, @updated, @rotated, @revoked)
            ON CONFLICT (role) DO UPDATE SET
                status = excluded.status, version = excluded.version, fingerprint = excluded.fingerprint, note = excluded.note,
                updated_at_ms = excluded.updated_at_ms, last_rotated_at_ms = excluded.last_rotated_at_ms, revoked_at_ms = excluded.revoked_at_ms
            """,
            ("@role", role.Role),
            ("@status", role.Status),
            ("@version", role.Version),
            ("@fingerprint", role.Fingerprint),
            ("@note", role.Note),
            ("@updated", role.UpdatedAtMs),
            ("@rotated", role.LastRotatedAtMs),
            ("@revoked", role.RevokedAtMs));

    private static GlobalControl ReadGlobal(DbDataReader row) => new()
    {
        StateId = row.GetString(0),
        GlobalPause = row.GetBoolean(1),
        DenyReasonCode = row.TextOrNull(2),
        DenyReason = row.TextOrNull(3),
        UpdatedBy = row.TextOrNull(4),
        UpdatedAtMs = row.GetInt64(5),
    };

    private static OwnerControl ReadOwner(DbDataReader row) => new()
    {
        OwnerId = row.GetString(0),
        KillSwitch = row.GetBoolean(1),
        DenyReasonCode = row.TextOrNull(2),
        DenyReason = row.TextOrNull(3),
        UpdatedBy = row.TextOrNull(4),
        UpdatedAtMs = row.GetInt64(5),
    };

    private static CredentialRoleState ReadRole(DbDataReader row) => new()
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
