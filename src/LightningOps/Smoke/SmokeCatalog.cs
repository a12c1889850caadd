using System.Collections.Generic;
using System.Linq;
using LightningOps.Smoke.Ep212;
using LightningOps.Smoke.FullFlow;
using LightningOps.Smoke.Observed;
using LightningOps.Smoke.Security;
using LightningOps.Smoke.Settlements;

namespace LightningOps.Smoke;

/// <summary>All smokes; a new one is a class of its own and a line here.</summary>
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
