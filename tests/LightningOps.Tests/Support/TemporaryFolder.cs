using System;
using System.IO;

namespace LightningOps.Tests.Support;

/// <summary>A folder of its own, gone with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lightningops-").FullName;

    /// <summary>The path of a file in the folder.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
