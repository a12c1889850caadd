using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane;
using LightningOps.Smoke.Ep212;
using LightningOps.Smoke.FullFlow;
using LightningOps.Smoke.Security;

namespace LightningOps.Smoke;

/// <summary>All smokes. A new smoke is a class and one line here.</summary>
public static class SmokeCatalog
{
    private static readonly ISmoke[] Smokes =
    [
        new CompileSmoke(),
        new SecuritySmoke(),
        new StagingSmoke(),
        new SettlementSmoke(),
        new ObservabilitySmoke(),
        new FullFlowSmoke(),
        new Ep212RoutesSmoke(),
        new Ep212FullFlowSmoke(),
    ];

    /// <summary>All smokes.</summary>
    public static IReadOnlyList<ISmoke> All => Smokes;

    /// <summary>The smoke of a name.</summary>
    public static ISmoke Get(SmokeName name) => Smokes.Single(smoke => smoke.Name == name);
}

/// <summary>The names of the smokes.</summary>
public enum SmokeName
{
    /// <summary>Compiles the paywalls of the control plane and records the intent.</summary>
    Compile,

    /// <summary>Changes pause, kill switch and credential role, and checks the gate.</summary>
    Security,

    /// <summary>Runs one reconcile of the gateway.</summary>
    Staging,

    /// <summary>Reports invoices and settlements to the control plane, including late and repeated ones.</summary>
    Settlement,

    /// <summary>Runs Staging, Settlement and Security and records their steps as observability records.</summary>
    Observability,

    /// <summary>Runs everything end to end, in eight checks, and keeps events.jsonl and summary.json.</summary>
    FullFlow,

    /// <summary>Buys from a route within the cap; the policy refuses a route above it.</summary>
    Ep212Routes,

    /// <summary>Buys from another seller once for two requests, then what Ep212Routes does, and keeps events.jsonl and summary.json.</summary>
    Ep212FullFlow,
}

/// <summary>Mode of a smoke.</summary>
public enum SmokeMode
{
    /// <summary>Fixtures in memory; the outputs are the recorded ones.</summary>
    Mock,

    /// <summary>The local store; buying smokes create a loopback gateway.</summary>
    Local,

    /// <summary>The Laravel internal API.</summary>
    Api,

    /// <summary>Convex.</summary>
    Convex,

    /// <summary>Real servers and a funded wallet; buying smokes only.</summary>
    Live,

    /// <summary>A PostgreSQL database.</summary>
    Postgres,
}

/// <summary>The modes of each smoke.</summary>
public static class SmokeModes
{
    /// <summary>The mode a smoke runs in.</summary>
    /// <param name="smoke">The smoke.</param>
    /// <param name="chosen">The mode chosen by the operator; null for the smoke's default.</param>
    /// <param name="ofSession">Returns the session's mode, for a smoke without a default.</param>
    /// <exception cref="ConfigException">The smoke does not support the mode.</exception>
    public static SmokeMode For(ISmoke smoke, SmokeMode? chosen, Func<ControlPlaneMode> ofSession)
    {
        var mode = chosen ?? FromControlPlaneMode(smoke.DefaultMode ?? ofSession());
        return (smoke is IBuyingSmoke, mode) switch
        {
            (false, SmokeMode.Live) => throw new ConfigException("Mode", "smoke " + smoke.Name + " does not support Live mode", "Only the ep212 smokes support it. Choose Mock, Local, Api, Convex or Postgres."),
            (true, SmokeMode.Api or SmokeMode.Convex or SmokeMode.Postgres) => throw new ConfigException("Mode", "smoke " + smoke.Name + " does not use a control plane", "Choose Mock, Local or Live."),
            _ => mode,
        };
    }

    /// <summary>The control plane of a mode other than Live.</summary>
    public static ControlPlaneMode ToControlPlaneMode(SmokeMode mode) => mode switch
    {
        SmokeMode.Mock => ControlPlaneMode.Mock,
        SmokeMode.Local => ControlPlaneMode.Local,
        SmokeMode.Api => ControlPlaneMode.Api,
        SmokeMode.Convex => ControlPlaneMode.Convex,
        SmokeMode.Postgres => ControlPlaneMode.Postgres,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static SmokeMode FromControlPlaneMode(ControlPlaneMode mode) => mode switch
    {
        ControlPlaneMode.Mock => SmokeMode.Mock,
        ControlPlaneMode.Local => SmokeMode.Local,
        ControlPlaneMode.Convex => SmokeMode.Convex,
        ControlPlaneMode.Postgres => SmokeMode.Postgres,
        _ => SmokeMode.Api,
    };
}
