using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using LightningOps.Buyer.Credentials;
using LightningOps.Settings;

namespace LightningOps.Gateway.Databases;

/// <summary>Key of a copy: a key file, or a passphrase.</summary>
public sealed class DatabaseKey
{
    private const int Rounds = 600_000;
    private readonly OperatorSecret? passphrase;
    private readonly string? file;

    private DatabaseKey(OperatorSecret? passphrase, string? file)
    {
        this.passphrase = passphrase;
        this.file = file;
    }

    /// <summary>A file of 32 random bytes, created with the first copy and readable by this account only.</summary>
    /// <param name="path">The file.</param>
    public static DatabaseKey FromFile(string path) => new(null, path);

    /// <summary>A passphrase.</summary>
    /// <param name="passphrase">The passphrase.</param>
    public static DatabaseKey FromPassphrase(OperatorSecret passphrase) => new(passphrase ?? throw new ArgumentNullException(nameof(passphrase)), null);

    /// <summary>Whether it is a passphrase.</summary>
    internal bool IsPassphrase => passphrase is not null;

    /// <summary>Creates the cipher for a copy.</summary>
    /// <param name="salt">The salt of the copy.</param>
    /// <param name="makesFile">Whether to create a missing key file.</param>
    /// <exception cref="ApertureDatabaseException">There is no key file.</exception>
    /// <exception cref="CredentialKeyException">The key file cannot be used.</exception>
    internal SecretBox Open(byte[] salt, bool makesFile)
    {
        if (passphrase is not null)
        {
            return new SecretBox(Derive(Encoding.UTF8.GetBytes(passphrase.Reveal()), salt));
        }

        if (!makesFile && !File.Exists(file))
        {
            throw ApertureDatabaseException.KeyMissing(file!, "does not exist: the copy opens only with that key.", "Name the key file the copy was made with (-KeyPath), or the passphrase (-Key).");
        }

        var key = new KeyFile(Path.GetFullPath(file!));
        try
        {
            return new SecretBox(makesFile ? key.LoadOrCreate() : key.Load());
        }
        catch (CredentialKeyException failure)
        {
            throw new CredentialKeyException(failure.Code, failure.Path, "is not a key of a copy, or cannot be read", "Name the key file that the copy was made with (-KeyPath), or another file for a new key.", failure);
        }
    }

    /// <summary>PBKDF2 with HMAC-SHA-256, one block (RFC 8018, 5.2). .NET Standard has it only with SHA-1.</summary>
    private static byte[] Derive(byte[] secret, byte[] salt)
    {
        using var hmac = new HMACSHA256(secret);
        var first = new byte[salt.Length + 4];
        salt.CopyTo(first, 0);
        first[first.Length - 1] = 1;
        var block = hmac.ComputeHash(first);
        var key = (byte[])block.Clone();
        for (var round = 1; round < Rounds; round++)
        {
            block = hmac.ComputeHash(block);
            for (var i = 0; i < key.Length; i++)
            {
                key[i] ^= block[i];
            }
        }

        return key;
    }
}
