using System;
using System.Text.Encodings.Web;

namespace LightningOps.Json;

/// <summary>
/// Escapes only what JSON requires, like ECMAScript's JSON.stringify. The hashes and artifacts of the older service
/// were made with it, and the text must be identical.
/// </summary>
internal sealed class MinimalJsonEncoder : JavaScriptEncoder
{
    private MinimalJsonEncoder()
    {
    }

    public static MinimalJsonEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i]))
            {
                return i;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (char.IsHighSurrogate(text[i]) && i + 1 < textLength && char.IsLowSurrogate(text[i + 1]))
                {
                    i++;
                    continue;
                }

                return i;
            }
        }

        return -1;
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        for (var i = 0; i < utf8Text.Length; i++)
        {
            if (WillEncode(utf8Text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var shortForm = unicodeScalar switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => '\0',
        };
        var text = shortForm != '\0'
            ? "\\" + shortForm
            : WillEncode(unicodeScalar)
                ? "\\u" + unicodeScalar.ToString("x4", System.Globalization.CultureInfo.InvariantCulture)
                : char.ConvertFromUtf32(unicodeScalar);
        numberOfCharactersWritten = 0;
        if (text.Length > bufferLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            buffer[numberOfCharactersWritten++] = c;
        }

        return true;
    }
}
