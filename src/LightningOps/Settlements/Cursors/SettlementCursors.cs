using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;

namespace LightningOps.Settlements.Cursors;

/// <summary>Opens the cursors of a control plane. The one place that knows which there are.</summary>
public static class SettlementCursors
{
    /// <summary>In Mock mode they are in memory, else in the local store; nothing is opened yet.</summary>
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="environment">Settings in force; they say where the local store is.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static ISettlementCursors Open(ControlPlaneSettings settings, OperatorEnvironment environment)
    {
        if (settings.Mode == ControlPlaneMode.Mock)
        {
            return new MemorySettlementCursors();
        }

        var store = new LocalStoreOptions { Path = settings.StorePath ?? StorePaths.DefaultStorePath(environment), Time = settings.Time };
        return new StoreSettlementCursors(store, ControlPlaneTarget.Of(settings, store.Path));
    }
}
