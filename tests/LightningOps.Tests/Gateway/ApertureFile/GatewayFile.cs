using System;
using System.IO;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>An operator's aperture.yaml in a folder of its own.</summary>
internal sealed class GatewayFile : IDisposable
{
    private const string Rest = """

        # What belongs to the store.
        dbbackend: sqlite # kept
        """ + "\n";

    private readonly TemporaryFolder folder = new();

    public GatewayFile(string listenAddress = "127.0.0.1:8081")
    {
        Head = "# The operator's own words.\nlistenaddr: '" + listenAddress + "'   # kept\nauthenticator:\n  network: regtest\n\n";
        File.WriteAllText(Path, Head + "services: []\n" + Rest);
    }

    public string Path => folder.File("aperture.yaml");

    /// <summary>What stands before the services.</summary>
    public string Head { get; }

    public string Text => File.ReadAllText(Path);

    public byte[] Bytes => File.ReadAllBytes(Path);

    public string[] Versions => Directory.Exists(Path + ".versions") ? Directory.GetFiles(Path + ".versions") : [];

    /// <summary>Path of another file of the folder.</summary>
    public string Beside(string name) => folder.File(name);

    /// <summary>The file with services, as it is to be to the byte.</summary>
    public string With(string services) => Head + services + Rest;

    public ApertureFileGatewayOptions Options() => new() { Path = Path, Http = TestHttp.Options };

    /// <summary>A gateway of the file that says it has loaded what is written, as one of this process does, unless the options name a reload.</summary>
    public ApertureFileGateway Open(Func<ApertureFileGatewayOptions, ApertureFileGatewayOptions>? change = null)
    {
        var options = (change ?? (options => options))(Options());
        return new ApertureFileGateway(options with { Reload = options.Reload ?? (options.ReloadCommand is null ? new LoadedAtOnce() : null) });
    }

    public void Dispose() => folder.Dispose();
}
