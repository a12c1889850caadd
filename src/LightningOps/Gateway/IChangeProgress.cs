using System;

namespace LightningOps.Gateway;

/// <summary>A gateway that changes its services one call at a time, which takes long for many services.</summary>
internal interface IChangeProgress
{
    /// <summary>Called for each change with the number done and the total.</summary>
    Action<int, int>? Changed { set; }
}
