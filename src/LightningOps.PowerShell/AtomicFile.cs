using System.IO;
using System.Threading;
using System.Threading.Tasks;
namespace LightningOps.PowerShell;
internal static class AtomicFile
{
    public static Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        File.WriteAllBytes(path, content);
        return Task.CompletedTask;
    }
}
