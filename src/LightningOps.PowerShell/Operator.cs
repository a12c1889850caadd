namespace LightningOps.PowerShell;

/// <summary>Who works at this session, for the records that name somebody.</summary>
internal static class Operator
{
    /// <summary>user@machine.</summary>
    public static string Name => System.Environment.UserName + "@" + System.Environment.MachineName;
}
