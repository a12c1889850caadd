namespace LightningOps.PowerShell.Session;

/// <summary>Source of a setting, in order of precedence.</summary>
public enum SettingSource
{
    /// <summary>A parameter of Connect-LightningOps.</summary>
    Parameter,

    /// <summary>The file given to Connect-LightningOps -EnvironmentFile.</summary>
    EnvironmentFile,

    /// <summary>A variable of the process's environment.</summary>
    Environment,

    /// <summary>The module's default.</summary>
    Default,

    /// <summary>The setting has no value.</summary>
    NotSet,
}
