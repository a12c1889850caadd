using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>A gateway of which it is known where its process listens.</summary>
internal interface IListenerAddresses
{
    /// <summary>Each <c>host:port</c>; empty when none is known.</summary>
    IReadOnlyList<string> GetListeners();
}
