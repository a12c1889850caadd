namespace LightningOps.Shell;

/// <summary>What the process answers; the same as pwsh where pwsh has one.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 64;

    /// <summary>Stopped by Ctrl+C.</summary>
    public const int Interrupted = 130;
}
