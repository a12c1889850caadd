using System.IO;
using System.Threading.Tasks;
using LightningOps.Tests.Support;

namespace LightningOps.StandIns;

/// <summary>A webhook: what it is sent is in a file, a line each.</summary>
internal sealed class HookFile(string file)
{
    public async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        await File.AppendAllTextAsync(file, request.Body + "\n");
        return Reply.Status(200);
    }
}
