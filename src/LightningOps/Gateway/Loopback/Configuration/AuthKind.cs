namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>Whether a service asks for payment.</summary>
internal enum AuthKind
{
    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,

    /// <summary>After some free requests.</summary>
    Freebie,
}
