using System;
using System.IO;
using System.Security.Cryptography;
using LightningOps.Artifacts;

namespace LightningOps.L402.Credentials;

/// <summary>
/// The file that holds the key of a credential store, beside it: readable by its user only (0600), and on Windows
/// encrypted for that user (DPAPI) as well.
/// </summary>
internal sealed class KeyFile
{
    private readonly string path;

    /// <param name="path">The file.</param>
    public KeyFile(string path) => this.path = path;

    public string Path => path;

    /// <summary>The key; a new one when there is no file. Processes that make one at the same time end with the same key.</summary>
    /// <exception cref="CredentialKeyException">The file cannot be read or made.</exception>
    public byte[] LoadOrCreate() => Guard(() =>
    {
        if (!File.Exists(path))
        {
            Create();
        }

        return Read();
    });

    /// <summary>The key.</summary>
    /// <exception cref="CredentialKeyException">There is no file, or it cannot be read.</exception>
    public byte[] Load() => Guard(() => File.Exists(path)
        ? Read()
        : throw new CredentialKeyException("key_missing", path, "is gone: it opens the credentials of the store beside it"));

    // A complete file takes the name, and only where nobody was first.
    private void Create()
    {
        using var draft = DraftFile.Beside(path, restricted: true);
        var content = Wrap(SecretBox.NewKey());
        draft.Stream.Write(content, 0, content.Length);
        draft.Complete();

        // Where another process was first, its key is the key.
        if (UnixFile.TryTakeName(draft.Path, path))
        {
            draft.Keep();
        }
    }

    private byte[] Read()
    {
        var key = Unwrap(File.ReadAllBytes(path));
        return key.Length == SecretBox.KeySize ? key : throw new CredentialKeyException("key_unreadable", path, "is no key");
    }

    private static byte[] Wrap(byte[] key) => UnixFile.IsUnix ? key : ProtectedData.Protect(key, null, DataProtectionScope.CurrentUser);

    private static byte[] Unwrap(byte[] content) => UnixFile.IsUnix ? content : ProtectedData.Unprotect(content, null, DataProtectionScope.CurrentUser);

    private byte[] Guard(Func<byte[]> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CredentialKeyException("key_unreadable", path, "cannot be read or made", failure);
        }
    }
}
