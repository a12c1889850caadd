using LightningOps.Artifacts;

namespace LightningOps.Smoke;

/// <summary>Result of a smoke that also writes down what it did.</summary>
public interface IWrittenSmokeResult : ISmokeResult
{
    /// <summary>Why it could not be written down, or null; no member of the JSON, and nothing about how the smoke ended.</summary>
    ArtifactFolderException? Unwritten { get; }
}
