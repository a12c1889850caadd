namespace LightningOps.PowerShell.Session;

/// <summary>The user of this session, for records that name a user.</summary>
internal static class CurrentUser
{
    /// <summary>user@machine.</summary>
    public static string Name => System.Environment.UserName + "@" + System.Environment.MachineName;
}
