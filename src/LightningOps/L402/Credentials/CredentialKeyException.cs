using System;

namespace LightningOps.L402.Credentials;

/// <summary>The key of a credential store is lost, wrong or cannot be read (<c>CredentialKeyError</c>); nothing is bought without it.</summary>
public sealed class CredentialKeyException : LightningOpsException
{
    /// <summary>Creates the failure of one key file.</summary>
    /// <param name="code">key_missing, key_mismatch, key_unreadable or credential_damaged.</param>
    /// <param name="path">The key file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="inner">The cause.</param>
    public CredentialKeyException(string code, string path, string reason, Exception? inner = null)
        : base(
            "CredentialKeyError",
            code + ": " + path + " " + reason,
            "Restore " + path + " from a backup. Without it the credentials of the store beside it cannot be read again: move both files away to begin a new store, and buy anew.",
            inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>key_missing, key_mismatch, key_unreadable or credential_damaged.</summary>
    public string Code { get; }

    /// <summary>The key file.</summary>
    public string Path { get; }
}
