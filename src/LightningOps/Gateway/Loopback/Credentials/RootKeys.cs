using System.Security.Cryptography;
using LightningOps.L402;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>
/// The root key of each credential. Aperture keeps a random one for each; here each is made of one random key and the
/// credential's identifier, so that nothing is kept, and a gateway started anew takes no credential of the old one.
/// </summary>
internal sealed class RootKeys
{
    /// <summary>Bytes of the key they are made of.</summary>
    public const int Size = 32;

    private readonly byte[] key;

    public RootKeys(byte[] key) => this.key = key;

    public byte[] Of(L402Identifier identifier)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(identifier.ToBytes());
    }
}
