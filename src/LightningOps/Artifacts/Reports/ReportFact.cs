namespace LightningOps.Artifacts.Reports;

/// <summary>One thing that identifies a run.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Value">Its value; null leaves the fact out.</param>
public sealed record ReportFact(string Name, string? Value);
