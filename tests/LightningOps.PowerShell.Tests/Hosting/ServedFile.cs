using System;
using System.IO;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>An aperture.yaml in a session's folder, with a comment and a setting of its own.</summary>
internal static class ServedFile
{
    public const string Head = "# kept by hand\nlistenaddr: \"localhost:8081\"\nauthenticator:\n  disable: true\n";

    /// <summary>Adds a service the control plane does not know: a roll-out with -Prune removes it.</summary>
    public static string WithForeignService(this ModuleSession session, string name = "aperture.yaml") => session.Write(
        name, Head + "services:\n  - name: old\n    hostregexp: '^old.example$'\n    pathregexp: '^/x$'\n    address: \"127.0.0.1:9000\"\n    protocol: http\n    price: 5\n");

    public static string WithoutServices(this ModuleSession session, string name = "aperture.yaml") => session.Write(name, Head + "services: []\n");

    /// <summary>A reload command that writes a line and ends with a status.</summary>
    public static string ReloadCommand(int exitCode = 0) => OperatingSystem.IsWindows()
        ? $"-ReloadCommand cmd, /c, \"echo reloaded>>\"\"$PWD/reload.log\"\"& exit {exitCode}\" "
        : $"-ReloadCommand sh, -c, \"echo reloaded >> '$PWD/reload.log'; exit {exitCode}\" ";

    private static string Write(this ModuleSession session, string name, string content)
    {
        var path = session.Folder.File(name);
        File.WriteAllText(path, content);
        return path;
    }
}
