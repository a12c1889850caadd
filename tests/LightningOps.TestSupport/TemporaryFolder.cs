using System;
using System.IO;

namespace LightningOps.Tests.Support;

/// <summary>A folder of its own, gone with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lightningops-").FullName;

    /// <summary>The path of a file in the folder.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Puts a file where a folder was: nothing can be written in it any more.</summary>
    public void Obstruct(string name)
    {
        if (Directory.Exists(File(name)))
        {
            Directory.Delete(File(name), recursive: true);
        }

        System.IO.File.WriteAllText(File(name), string.Empty);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
