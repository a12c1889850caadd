namespace LightningOps.PowerShell.Session;

/// <summary>Where the value of a setting comes from, the strongest first.</summary>
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

    /// <summary>Nowhere: the setting has no value.</summary>
    NotSet,
}
