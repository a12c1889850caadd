namespace LightningOps.L402.Bolt11;

/// <summary>The tags of BOLT 11 as five-bit words.</summary>
internal static class TaggedField
{
    /// <summary>p.</summary>
    public const byte PaymentHash = 1;

    /// <summary>r.</summary>
    public const byte Route = 3;

    /// <summary>9.</summary>
    public const byte Features = 5;

    /// <summary>x.</summary>
    public const byte Expiry = 6;

    /// <summary>f.</summary>
    public const byte Fallback = 9;

    /// <summary>d.</summary>
    public const byte Description = 13;

    /// <summary>s.</summary>
    public const byte PaymentSecret = 16;

    /// <summary>n.</summary>
    public const byte Payee = 19;

    /// <summary>h.</summary>
    public const byte DescriptionHash = 23;

    /// <summary>c.</summary>
    public const byte MinFinalCltvExpiryDelta = 24;

    /// <summary>m.</summary>
    public const byte Metadata = 27;

    /// <summary>Words of a 32-byte value; p, h and s of another length are skipped.</summary>
    public const int HashLength = 52;

    /// <summary>Words of a 33-byte value; n of another length is skipped.</summary>
    public const int KeyLength = 53;
}
