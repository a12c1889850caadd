using LightningOps.ControlPlane;

namespace LightningOps.Settlements.Writing;

/// <summary>What became of an input: an outcome, or why there is none.</summary>
internal readonly record struct WrittenInput(IngestOutcome? Outcome, RejectedEvent? Rejection);
