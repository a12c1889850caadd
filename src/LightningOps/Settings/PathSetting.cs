using System;
using System.IO;

namespace LightningOps.Settings;

/// <summary>Resolves a path setting in the same way for variables, .env files and parameters.</summary>
public static class PathSetting
{
    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>The full path: a leading <c>~</c> is the home directory, a relative path is relative to a folder.</summary>
    /// <param name="path">The path.</param>
    /// <param name="folder">Current folder of the session.</param>
    public static string Resolve(string path, string folder)
    {
        if (path[0] == '~' && (path.Length == 1 || Array.IndexOf(Separators, path[1]) >= 0))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length == 0 ? path : Path.GetFullPath(Path.Combine(home, path.Substring(1).TrimStart(Separators)));
        }

        // Only GetFullPath can combine a folder of a share or of another drive.
        return Path.IsPathRooted(path) ? path : Path.GetFullPath(Path.Combine(folder, path));
    }
}
