namespace LightningOps.Smoke;

/// <summary>What a smoke runs against.</summary>
public enum SmokeMode
{
    /// <summary>Fixtures in memory; the outputs are the recorded ones.</summary>
    Mock,

    /// <summary>The local store; the smokes that buy make a gateway on loopback.</summary>
    Local,

    /// <summary>The Laravel internal API.</summary>
    Api,

    /// <summary>Convex.</summary>
    Convex,

    /// <summary>Servers of the world and a wallet with money: the smokes that buy only.</summary>
    Live,
}
