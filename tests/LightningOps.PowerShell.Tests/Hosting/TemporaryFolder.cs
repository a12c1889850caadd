using System;
using System.IO;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A folder of a unique name that goes with its owner.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lightningops-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that only its owner may read.</summary>
    public void WriteSecret(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

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
