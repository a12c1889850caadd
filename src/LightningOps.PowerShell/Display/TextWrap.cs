using System;
using System.Text;

namespace LightningOps.PowerShell.Display;

/// <summary>Wraps text between words; format views of the engine break it anywhere.</summary>
public static class TextWrap
{
    /// <summary>Breaks a text so that no line is longer than a terminal of 80 columns shows under an indent.</summary>
    /// <param name="text">Sentences.</param>
    /// <param name="width">Longest line; a word that is longer stays whole.</param>
    public static string Wrap(string text, int width = 76)
    {
        var wrapped = new StringBuilder();
        var length = 0;
        foreach (var word in (text ?? string.Empty).Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (length > 0)
            {
                var fits = length + 1 + word.Length <= width;
                wrapped.Append(fits ? ' ' : '\n');
                length = fits ? length + 1 : 0;
            }

            wrapped.Append(word);
            length += word.Length;
        }

        return wrapped.ToString();
    }
}
