using System.Collections.Generic;

namespace LightningOps.Smoke.FullFlow;

/// <summary>One stage of the full flow while it runs: what its event will say, and which check is being made.</summary>
internal sealed class FlowStage
{
    private readonly FlowProgress progress;

    public FlowStage(FlowProgress progress, string name, string requestId)
    {
        this.progress = progress;
        Name = name;
        RequestId = requestId;
    }

    public string Name { get; }

    /// <summary>Request of the event; some stages learn it on the way.</summary>
    public string RequestId { get; set; }

    public Dictionary<string, object> Details { get; } = [];

    /// <summary>Begins a check; it has passed when another begins or the stage ends.</summary>
    public void Check(string check) => progress.Begin(check);
}
