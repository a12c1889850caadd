using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>A gateway whose listen address is known.</summary>
internal interface IListenerAddresses
{
    /// <summary>Each <c>host:port</c>; empty when none is known.</summary>
    IReadOnlyList<string> GetListeners();
}
