namespace LightningOps.TestProcess;

/// <summary>One thing the process can be told to do.</summary>
internal interface IVerb
{
    /// <summary>The first argument of the process.</summary>
    string Name { get; }

    /// <summary>Does it; returns the exit code.</summary>
    int Run(string[] arguments);
}
