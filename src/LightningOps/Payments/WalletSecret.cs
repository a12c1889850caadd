using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LightningOps.Settings;

namespace LightningOps.Payments;

/// <summary>The secret of a wallet, given directly or in a file that is read for every request, so that it can be replaced.</summary>
internal sealed class WalletSecret
{
    private const int MaxLength = 4096;

    // phoenixd keeps its password in phoenix.conf.
    private const string ConfigurationKey = "http-password=";

    private readonly OperatorSecret? given;
    private readonly string? path;
    private string? last;

    /// <param name="given">The secret itself.</param>
    /// <param name="path">Its file.</param>
    /// <param name="missing">Message if there is neither.</param>
    /// <param name="source">Source of the event.</param>
    public WalletSecret(OperatorSecret? given, string? path, string missing, string source)
    {
        this.given = given;
        this.path = path;
        if (given is null && path is null)
        {
            throw new ConfigException("WalletSecret", missing, "Specify -WalletSecret or -WalletSecretPath (" + source + ").");
        }
    }

    /// <summary>Values that must not be quoted: the secret, also as a password of basic authorization.</summary>
    public IEnumerable<string> Known => last is null ? [] : [last, Convert.ToBase64String(Encoding.ASCII.GetBytes(":" + last))];

    /// <summary>The secret.</summary>
    /// <exception cref="ConfigException">The secret cannot be read, or is not valid.</exception>
    public string Read()
    {
        var text = (given?.Reveal() ?? ReadFile()).Trim();
        return text.Length is > 0 and <= MaxLength && text.All(static sign => sign is > ' ' and <= '~')
            ? last = text
            : throw new ConfigException("WalletSecret", "is empty or contains characters that are not allowed in a header", "Specify the secret as one line of text.");
    }

    private string ReadFile()
    {
        try
        {
            var text = File.ReadAllText(path!);
            return text.Split('\n').Select(static line => line.Trim()).FirstOrDefault(static line => line.StartsWith(ConfigurationKey, StringComparison.Ordinal)) is { } line ? line.Substring(ConfigurationKey.Length) : text;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("WalletSecretPath", path + " cannot be read: " + unread.Message, "Specify a file that this user can read.");
        }
    }
}
