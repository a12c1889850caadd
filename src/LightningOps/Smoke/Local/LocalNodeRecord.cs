using System.IO;
using System.Text;
using LightningOps.Artifacts;
using LightningOps.Observability;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Local;

/// <summary>
/// Writes what the buyer of a local run did as the local node's artifact, in the form the full flow of the other modes
/// compares with (-LocalArtifact).
/// </summary>
internal static class LocalNodeRecord
{
    /// <summary>Writes it into a folder, made when it lacks.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(string folder, LocalSale sale, ObservabilityRecord purchase, long atMs)
    {
        var artifact = new
        {
            GeneratedAtMs = atMs,
            Flows = new[]
            {
                new
                {
                    Flow = "paid_request",
                    sale.TaskId,
                    CreateRequestId = sale.RequestId,
                    sale.ProofReference,
                    TransitionRequestIds = new[] { sale.RequestId },
                    ObservabilityRecords = new[] { purchase with { TaskId = sale.TaskId, ExecutionPath = ExecutionPath.LocalNode } },
                },
            },
        };
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, LocalNodeArtifact.FileName);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(artifact, indented: true) + "\n"));
        return file;
    }
}
