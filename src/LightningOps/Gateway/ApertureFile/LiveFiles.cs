using System.Collections.Generic;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Reads the files of a gateway. Equal bytes are parsed once, because a file of 10,000 services takes long.</summary>
internal sealed class LiveFiles
{
    private const int MaxKept = 3;
    private readonly object gate = new();
    private readonly List<LiveFile> kept = [];

    /// <summary>The current file.</summary>
    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    /// <exception cref="System.IO.IOException">It cannot be read.</exception>
    public LiveFile Read(string path) => FromBytes(LiveFile.ReadBytes(path));

    /// <summary>The file with these bytes.</summary>
    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    public LiveFile FromBytes(byte[] bytes)
    {
        lock (gate)
        {
            if (kept.Find(file => file.Has(bytes)) is { } known)
            {
                return known;
            }
        }

        return Keep(LiveFile.FromBytes(bytes));
    }

    /// <summary>Keeps a parsed file, so that the same bytes are not parsed again.</summary>
    public LiveFile Keep(LiveFile read)
    {
        lock (gate)
        {
            kept.Add(read);
            if (kept.Count > MaxKept)
            {
                kept.RemoveAt(0);
            }
        }

        return read;
    }
}
