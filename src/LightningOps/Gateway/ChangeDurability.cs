using System.Collections.Generic;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway;

/// <summary>Whether a change made over an admin API survives a restart of the gateway.</summary>
public enum ChangeDurability
{
    /// <summary>It is not known.</summary>
    NotKnown,

    /// <summary>The rows of the gateway's database show it.</summary>
    Durable,

    /// <summary>It is live and will be lost at the next restart, because the gateway could not write it to its database.</summary>
    NotDurable,
}

/// <summary>A gateway that serves a change at once and may lose it at a restart.</summary>
internal interface IChangeDurability
{
    /// <summary>Durability of the last change; null if none was made.</summary>
    ChangeDurability? Durability { get; }

    /// <summary>Services whose change a restart would lose.</summary>
    IReadOnlyList<string> Unsaved { get; }

    /// <summary>Services that the file defines and whose row was deleted. They are served again after the next restart.</summary>
    IReadOnlyList<string> BackAfterRestart { get; }

    /// <summary>Services of others that a global pause closed and that could not be restored. They stay closed.</summary>
    IReadOnlyList<string> LeftClosed { get; }

    /// <summary>Closed services of others whose former state could not be kept, in that state. Lifting the pause does not restore them.</summary>
    IReadOnlyList<GatewayService> Unkept { get; }

    /// <summary>Records and versions that could not be written beside the gateway although the change was made, each with the reason.</summary>
    IReadOnlyList<string> Unwritten { get; }
}
