using System.Security.Cryptography;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>The chain of HMAC-SHA256 of libmacaroons: each signature is the key of the next.</summary>
internal static class SignatureChain
{
    /// <summary>Bytes of a signature.</summary>
    public const int Size = 32;

    private const string KeyGenerator = "macaroons-key-generator";

    /// <summary>The signature of an identifier under a root key.</summary>
    public static byte[] Begin(byte[] rootKey, byte[] identifier) => Hash(Hash(Encoding.ASCII.GetBytes(KeyGenerator), rootKey), identifier);

    /// <summary>The signature after one more caveat.</summary>
    public static byte[] Extend(byte[] signature, MacaroonCaveat caveat)
    {
        if (!caveat.IsThirdParty)
        {
            return Hash(signature, caveat.IdentifierBytes);
        }

        var both = new byte[Size * 2];
        Hash(signature, caveat.VerificationIdBytes).CopyTo(both, 0);
        Hash(signature, caveat.IdentifierBytes).CopyTo(both, Size);
        return Hash(signature, both);
    }

    private static byte[] Hash(byte[] key, byte[] message)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(message);
    }
}
