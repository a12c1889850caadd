using System;
using System.Globalization;
using System.IO;

namespace LightningOps.Observability;

/// <summary>Moves the files of a log on by one: name.jsonl to name.1.jsonl, name.1.jsonl to name.2.jsonl; the last one goes.</summary>
internal sealed class FileRotation
{
    private readonly string path;
    private readonly int files;

    /// <param name="path">The current file.</param>
    /// <param name="files">How many there are at most, the current one counted.</param>
    public FileRotation(string path, int files)
    {
        this.path = path;
        this.files = Math.Max(1, files);
    }

    /// <summary>Makes room for a new current file. A gap an earlier rotation left when it was killed does no harm.</summary>
    public void Rotate()
    {
        File.Delete(PathOf(files - 1));
        for (var age = files - 2; age >= 0; age--)
        {
            if (File.Exists(PathOf(age)))
            {
                File.Move(PathOf(age), PathOf(age + 1));
            }
        }
    }

    private string PathOf(int age) => age == 0
        ? path
        : Path.ChangeExtension(path, age.ToString(CultureInfo.InvariantCulture) + Path.GetExtension(path));
}
