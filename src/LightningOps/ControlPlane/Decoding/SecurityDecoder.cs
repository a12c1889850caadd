using System;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads the global pause, kill switches and credential roles.</summary>
internal static class SecurityDecoder
{
    private const string NamedTwice = "The control plane reports this switch twice: it denies";

    private static readonly MemberNames GlobalMembers = new(
        "stateId", "globalPause", "denyReasonCode?", "denyReason?", "updatedBy?", "updatedAtMs");

    private static readonly MemberNames OwnerMembers = new(
        "ownerId", "killSwitch", "denyReasonCode?", "denyReason?", "updatedBy?", "updatedAtMs");

    private static readonly MemberNames RoleMembers = new(
        "role", "status", "version", "fingerprint?", "note?", "updatedAtMs", "lastRotatedAtMs?", "revokedAtMs?");

    /// <summary>The global pause.</summary>
    public static GlobalControl ReadGlobal(ref JsonCursor cursor)
    {
        var id = string.Empty;
        string? code = null, reason = null, by = null;
        var paused = false;
        long updated = 0;

        var scan = new MemberScan(GlobalMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paused = cursor.ReadFlag(); break;
                case 2: code = ReadReasonCode(ref cursor); break;
                case 3: reason = cursor.ReadText(); break;
                case 4: by = cursor.ReadText(); break;
                default: updated = cursor.ReadInteger(); break;
            }
        }

        var isRepeated = scan.IsRepeated(1);
        return new GlobalControl { StateId = id, GlobalPause = paused || isRepeated, DenyReasonCode = isRepeated ? code ?? SecurityRules.GlobalPauseCode : code, DenyReason = isRepeated ? reason ?? NamedTwice : reason, UpdatedBy = by, UpdatedAtMs = updated };
    }

    /// <summary>The kill switch of an owner.</summary>
    public static OwnerControl ReadOwner(ref JsonCursor cursor)
    {
        var id = string.Empty;
        string? code = null, reason = null, by = null;
        var killed = false;
        long updated = 0;

        var scan = new MemberScan(OwnerMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: killed = cursor.ReadFlag(); break;
                case 2: code = ReadReasonCode(ref cursor); break;
                case 3: reason = cursor.ReadText(); break;
                case 4: by = cursor.ReadText(); break;
                default: updated = cursor.ReadInteger(); break;
            }
        }

        var isRepeated = scan.IsRepeated(1);
        return new OwnerControl { OwnerId = id, KillSwitch = killed || isRepeated, DenyReasonCode = isRepeated ? code ?? SecurityRules.OwnerKillSwitchCode : code, DenyReason = isRepeated ? reason ?? NamedTwice : reason, UpdatedBy = by, UpdatedAtMs = updated };
    }

    /// <summary>One credential role.</summary>
    public static CredentialRoleState ReadRole(ref JsonCursor cursor)
    {
        string role = string.Empty, status = string.Empty;
        long version = 0, updated = 0;
        long? rotated = null, revoked = null;
        string? fingerprint = null, note = null;

        var scan = new MemberScan(RoleMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: role = ReadPlain(ref cursor, "CREDENTIAL_ROLE_"); break;
                case 1: status = ReadPlain(ref cursor, "CREDENTIAL_ROLE_STATUS_"); break;
                case 2: version = cursor.ReadInteger(); break;
                case 3: fingerprint = cursor.ReadText(); break;
                case 4: note = cursor.ReadText(); break;
                case 5: updated = cursor.ReadInteger(); break;
                case 6: rotated = cursor.ReadInteger(); break;
                default: revoked = cursor.ReadInteger(); break;
            }
        }

        return new CredentialRoleState
        {
            Role = role,
            Status = status,
            Version = version,
            Fingerprint = fingerprint,
            Note = note,
            UpdatedAtMs = updated,
            LastRotatedAtMs = rotated,
            RevokedAtMs = revoked,
        };
    }

    private static string? ReadReasonCode(ref JsonCursor cursor)
    {
        var text = ReadPlain(ref cursor, "SECURITY_DENY_REASON_CODE_");
        return text == "unspecified" ? null : text;
    }

    /// <summary>
    /// A text or its protobuf form, normalised to the plain one. An unknown text is kept, because a hosted service
    /// accepts any.
    /// </summary>
    private static string ReadPlain(ref JsonCursor cursor, string prefix)
    {
        var text = cursor.ReadText();
        return text.StartsWith(prefix, StringComparison.Ordinal) ? text.Substring(prefix.Length).ToLowerInvariant() : text;
    }
}
