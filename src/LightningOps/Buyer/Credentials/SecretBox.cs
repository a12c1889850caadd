using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using LightningOps.L402;

namespace LightningOps.Buyer.Credentials;

/// <summary>
/// Authenticated encryption with the algorithms of .NET Standard: AES-256-CBC, then HMAC-SHA256 over version,
/// context, IV and cipher text, each with its own key (encrypt-then-MAC as in RFC 7518, section 5.2).
/// </summary>
internal sealed class SecretBox
{
    public const int KeySize = 32;

    private const byte Version = 1;
    private const int IvSize = 16;
    private const int MacSize = 32;

    private readonly byte[] encryptionKey;
    private readonly byte[] authenticationKey;

    /// <param name="key">32 random bytes.</param>
    public SecretBox(byte[] key)
    {
        encryptionKey = Derive(key, "lightningops credentials: encryption");
        authenticationKey = Derive(key, "lightningops credentials: authentication");
        KeyId = HexText.From(Derive(key, "lightningops credentials: name of the key").AsSpan(0, 8));
    }

    /// <summary>Identifies the key and reveals nothing else of it.</summary>
    public string KeyId { get; }

    public static byte[] NewKey()
    {
        var key = new byte[KeySize];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(key);
        return key;
    }

    /// <summary>Encrypts.</summary>
    /// <param name="secret">What to encrypt.</param>
    /// <param name="context">Where the secret belongs. It cannot be opened elsewhere.</param>
    public byte[] Seal(byte[] secret, string context)
    {
        using var aes = Aes.Create();
        aes.Key = encryptionKey;
        using var encryptor = aes.CreateEncryptor();
        var cipherText = encryptor.TransformFinalBlock(secret, 0, secret.Length);
        var box = new byte[1 + IvSize + cipherText.Length + MacSize];
        box[0] = Version;
        aes.IV.CopyTo(box, 1);
        cipherText.CopyTo(box, 1 + IvSize);
        Mac(box, context).CopyTo(box, box.Length - MacSize);
        return box;
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="InvalidDataException">The box was sealed with another key or for another context, or was changed.</exception>
    public byte[] Open(byte[] box, string context)
    {
        if (box.Length < 1 + IvSize + MacSize || box[0] != Version
            || !ConstantTime.AreEqual(Mac(box, context), box.AsSpan(box.Length - MacSize)))
        {
            throw new InvalidDataException("A credential cannot be decrypted with this key.");
        }

        using var aes = Aes.Create();
        aes.Key = encryptionKey;
        aes.IV = box.AsSpan(1, IvSize).ToArray();
        using var decryptor = aes.CreateDecryptor();
        return decryptor.TransformFinalBlock(box, 1 + IvSize, box.Length - 1 - IvSize - MacSize);
    }

    private static byte[] Derive(byte[] key, string purpose)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(Encoding.UTF8.GetBytes(purpose));
    }

    // The length of the context comes first, so that bytes of one part cannot pass for bytes of another.
    private byte[] Mac(byte[] box, string context)
    {
        var place = Encoding.UTF8.GetBytes(context);
        var boxed = box.Length - MacSize;
        var authenticated = new byte[4 + place.Length + boxed];
        BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(place.Length)).CopyTo(authenticated, 0);
        place.CopyTo(authenticated, 4);
        Array.Copy(box, 0, authenticated, 4 + place.Length, boxed);
        using var hmac = new HMACSHA256(authenticationKey);
        return hmac.ComputeHash(authenticated);
    }
}
