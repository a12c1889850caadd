using System.IO;
using System.Text;
using LightningOps.ApertureYaml.Edit;

namespace LightningOps.PowerShell.Session;

/// <summary>An aperture.yaml that a command is about to replace.</summary>
internal static class ReplacedConfig
{
    /// <summary>Requires that a file has only services, so that nothing is lost.</summary>
    /// <param name="member">Parameter that names the file.</param>
    /// <param name="file">The file; it may be missing.</param>
    /// <param name="remedy">How its settings are kept.</param>
    /// <exception cref="ConfigException">The file has other settings.</exception>
    public static void RequireNothingLost(string member, string file, string remedy)
    {
        if (File.Exists(file) && ServicesSplice.HasOtherSettings(Encoding.UTF8.GetString(File.ReadAllBytes(file))))
        {
            throw new ConfigException(member, file + " contains settings other than services, and they would be lost", remedy);
        }
    }
}
