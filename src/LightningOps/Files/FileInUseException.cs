using System.IO;

namespace LightningOps.Files;

/// <summary>A file that no other file can replace, because something is mounted on it.</summary>
internal sealed class FileInUseException : IOException
{
    public FileInUseException(string path)
        : base(path + " cannot be replaced: something is mounted on it.")
    {
    }
}
