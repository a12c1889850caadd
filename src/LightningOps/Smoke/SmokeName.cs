namespace LightningOps.Smoke;

/// <summary>The smokes there are.</summary>
public enum SmokeName
{
    /// <summary>Compiles what the control plane holds and records the intent.</summary>
    Compile,

    /// <summary>Moves pause, kill switch and credential role, and checks what the gate says.</summary>
    Security,

    /// <summary>Makes one reconcile of the gateway.</summary>
    Staging,

    /// <summary>Tells the control plane of invoices and settlements, late ones and repeated ones among them.</summary>
    Settlement,

    /// <summary>Runs Staging, Settlement and Security and puts down what they did as observability records.</summary>
    Observability,

    /// <summary>Runs everything end to end, in eight checks, and keeps events.jsonl and summary.json.</summary>
    FullFlow,

    /// <summary>Buys from a route within the cap, and is refused by the policy at one above it.</summary>
    Ep212Routes,

    /// <summary>Buys from another seller once for two requests, then what Ep212Routes does, and keeps events.jsonl and summary.json.</summary>
    Ep212FullFlow,
}
