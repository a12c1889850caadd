using System;
using System.Text.Json;

namespace LightningOps.Paywalls;

/// <summary>
/// The texts of credential roles and their states (docs/reference/control-plane.md#functions). A state is kept as
/// text, because a control plane may have others.
/// </summary>
internal static class CredentialRoleTexts
{
    /// <summary>The text of a role.</summary>
    public static string GetText(CredentialRole role) => JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    /// <summary>The text of a state.</summary>
    public static string GetText(CredentialRoleStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <summary>The place of a role in a list: in declared order, unknown roles last.</summary>
    public static int GetPlace(string role)
    {
        var place = Array.FindIndex((CredentialRole[])Enum.GetValues(typeof(CredentialRole)), known => GetText(known) == role);
        return place < 0 ? int.MaxValue : place;
    }
}
