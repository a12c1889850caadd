using System;

namespace LightningOps.Gateway;

/// <summary>A gateway that changes its services one call at a time, which takes long where they are many.</summary>
internal interface IChangeProgress
{
    /// <summary>Told of each change that was made: how many, and of how many.</summary>
    Action<int, int>? Changed { set; }
}
