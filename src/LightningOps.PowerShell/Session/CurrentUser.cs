namespace LightningOps.PowerShell.Session;

/// <summary>Who works at this session, for the records that name somebody.</summary>
internal static class CurrentUser
{
    /// <summary>user@machine.</summary>
    public static string Name => System.Environment.UserName + "@" + System.Environment.MachineName;
}
