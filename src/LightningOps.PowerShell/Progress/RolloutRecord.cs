using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using LightningOps.Artifacts.Reports;
using LightningOps.Files;
using LightningOps.PowerShell.Errors;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Progress;

/// <summary>Records a roll-out and its outcome in a folder, if one is given. A folder that cannot be written does not affect the roll-out.</summary>
internal sealed class RolloutRecord
{
    private readonly string requestId;
    private readonly IProgress<StageReport> shown;
    private readonly string? directory;
    private ReconcileRecorder recorder;
    private bool isWritten;

    /// <param name="requestId">Request id of the roll-out.</param>
    /// <param name="shown">Another receiver of the stages.</param>
    /// <param name="directory">The folder, or null for none.</param>
    public RolloutRecord(string requestId, IProgress<StageReport> shown, string? directory)
    {
        this.requestId = requestId;
        this.shown = shown;
        this.directory = directory;
        recorder = new ReconcileRecorder(shown);
    }

    /// <summary>Checks whether the record can be written, before anything is sent.</summary>
    /// <exception cref="ArtifactFolderException">The folder cannot be written.</exception>
    public void CheckWritable()
    {
        if (directory is not null)
        {
            ReportFolder.CheckWritable(directory);
        }
    }

    /// <summary>Restarts the record, because the comparison for the plan is not part of the run.</summary>
    public IProgress<StageReport> Begin() => recorder = new ReconcileRecorder(shown);

    /// <summary>Writes the outcome of a roll-out.</summary>
    /// <returns>Why it could not be written, or null.</returns>
    public ErrorRecord? TryWrite(RolloutSequenceResult result) => TryWrite(folder =>
    {
        if (result.Steps.Count > 1)
        {
            recorder.Write(folder, result);
        }
        else if (result.Steps.Single() is { Result: { } only })
        {
            recorder.Write(folder, only);
        }
        else
        {
            recorder.Write(folder, requestId, result.Steps.Single().Error ?? (Exception)new OperationCanceledException());
        }
    });

    /// <summary>Writes that the roll-out could not run, unless its outcome is written.</summary>
    /// <returns>Why it could not be written, or null.</returns>
    public ErrorRecord? TryWrite(Exception failure) => TryWrite(folder => recorder.Write(folder, requestId, failure));

    private ErrorRecord? TryWrite(Action<string> write)
    {
        try
        {
            if (directory is not null && !isWritten)
            {
                isWritten = true;
                write(directory);
            }

            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ErrorRecords.From(new ArtifactFolderException(directory!, failure), target: null);
        }
    }
}
