namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>Why a credential does not pass.</summary>
internal enum CredentialRefusal
{
    /// <summary>There is none, or none that can be read.</summary>
    Missing,

    /// <summary>Its identifier is not an L402's.</summary>
    NotAnL402,

    /// <summary>The preimage is not that of its invoice.</summary>
    WrongPreimage,

    /// <summary>It was not minted here, or has been changed.</summary>
    NotMintedHere,

    /// <summary>It is for another service.</summary>
    OtherService,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its invoice is not settled.</summary>
    NotSettled,
}
