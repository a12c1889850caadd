using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>Bech32 of BIP 173 without its limit of 90 characters, which BOLT 11 lifts.</summary>
internal static class Bech32
{
    /// <summary>Five-bit words of the checksum.</summary>
    public const int ChecksumLength = 6;

    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const char Separator = '1';

    private static readonly uint[] Generator = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    private static readonly sbyte[] Values = CreateValues();

    /// <summary>
    /// The part before the LAST separator, in lower case. The alphabet of the data part has no 1, so nothing after it
    /// can claim to be an amount. Null when there is none, or the case is mixed.
    /// </summary>
    public static string? HumanReadablePart(string text, out L402Error? error)
    {
        var separator = text.LastIndexOf(Separator);
        error = separator <= 0 ? L402Error.Invoice(L402ErrorCodes.InvoiceMalformed, "the invoice has no separator")
            : IsMixedCase(text) ? L402Error.Invoice(L402ErrorCodes.InvoiceMixedCase, "the invoice mixes upper and lower case")
            : null;
        return error is null ? text.Substring(0, separator).ToLowerInvariant() : null;
    }

    /// <summary>The five-bit words after the last separator, without the checksum; null and an error when it does not hold.</summary>
    public static byte[]? DecodeData(string text, string humanReadablePart, out L402Error? error)
    {
        var start = humanReadablePart.Length + 1;
        var words = new byte[text.Length - start];
        for (var i = 0; i < words.Length; i++)
        {
            var character = text[start + i];
            var value = character < Values.Length ? Values[character] : (sbyte)-1;
            if (value < 0)
            {
                error = L402Error.Invoice(L402ErrorCodes.InvoiceMalformed, "the invoice has a character outside the bech32 alphabet");
                return null;
            }

            words[i] = (byte)value;
        }

        if (words.Length < ChecksumLength || Absorb(Start(humanReadablePart), words) != 1)
        {
            error = L402Error.Invoice(L402ErrorCodes.InvoiceChecksum, "the invoice has an invalid checksum");
            return null;
        }

        error = null;
        var data = new byte[words.Length - ChecksumLength];
        System.Array.Copy(words, data, data.Length);
        return data;
    }

    /// <summary>The text of a lower-case human-readable part and words, with the checksum.</summary>
    public static string Encode(string humanReadablePart, byte[] words)
    {
        var sum = Absorb(Absorb(Start(humanReadablePart), words), new byte[ChecksumLength]) ^ 1;
        var text = new StringBuilder(humanReadablePart).Append(Separator);
        foreach (var word in words)
        {
            text.Append(Alphabet[word]);
        }

        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            text.Append(Alphabet[(int)(sum >> (5 * i)) & 31]);
        }

        return text.ToString();
    }

    /// <summary>The character of a word.</summary>
    public static char GetCharacter(byte word) => Alphabet[word];

    private static bool IsMixedCase(string text)
    {
        var lower = false;
        var upper = false;
        foreach (var character in text)
        {
            lower |= character is >= 'a' and <= 'z';
            upper |= character is >= 'A' and <= 'Z';
        }

        return lower && upper;
    }

    private static uint Start(string humanReadablePart)
    {
        var sum = 1u;
        foreach (var character in humanReadablePart)
        {
            sum = Step(sum, (uint)character >> 5);
        }

        sum = Step(sum, 0);
        foreach (var character in humanReadablePart)
        {
            sum = Step(sum, (uint)character & 31);
        }

        return sum;
    }

    private static uint Absorb(uint sum, byte[] words)
    {
        foreach (var word in words)
        {
            sum = Step(sum, word);
        }

        return sum;
    }

    private static uint Step(uint sum, uint word)
    {
        var top = sum >> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ word;
        for (var i = 0; i < Generator.Length; i++)
        {
            sum ^= ((top >> i) & 1) == 0 ? 0 : Generator[i];
        }

        return sum;
    }

    private static sbyte[] CreateValues()
    {
        var values = new sbyte[128];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (sbyte)Alphabet.IndexOf(char.ToLowerInvariant((char)i));
        }

        return values;
    }
}
