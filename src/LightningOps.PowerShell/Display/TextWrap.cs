using System;
using System.Text;

namespace LightningOps.PowerShell.Display;

/// <summary>Wraps text between words; the engine's format views wrap it anywhere.</summary>
public static class TextWrap
{
    /// <summary>Wraps a text for an indented view on a terminal of 80 columns.</summary>
    /// <param name="text">Sentences.</param>
    /// <param name="width">Maximum line length; a longer word is not split.</param>
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
