using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Makes whatever serves a file read it again.</summary>
internal interface IConfigReload
{
    /// <summary>Whether a run that succeeds has loaded the file for certain; else the load has to be seen.</summary>
    bool ConfirmsLoad { get; }

    /// <summary>Has the file read.</summary>
    /// <returns>Null when it was; else why not.</returns>
    Task<string?> RunAsync(CancellationToken cancellationToken);
}
