using System.IO;
using System.Text;
using System.Threading;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Reads lines of a text. Memory does not grow with the length of a line, so a file without a line end costs no more than another.</summary>
/// <param name="text">The text.</param>
/// <param name="max">Maximum length of a line in UTF-16 code units.</param>
internal sealed class BoundedLines(TextReader text, int max)
{
    private readonly char[] buffer = new char[1 << 15];
    private readonly StringBuilder head = new();
    private int place;
    private int count;
    private bool followsReturn;

    /// <summary>The line just read; null if it is longer than the maximum.</summary>
    public string? Line { get; private set; }

    /// <summary>Reads the next line. It ends as in <see cref="TextReader.ReadLine" />.</summary>
    /// <param name="cancellationToken">Stops it, also within a line.</param>
    /// <returns>False at the end of the text.</returns>
    public bool Read(CancellationToken cancellationToken)
    {
        head.Clear();
        var isTooLong = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (place == count)
            {
                (place, count) = (0, text.Read(buffer, 0, buffer.Length));
                if (count == 0)
                {
                    Line = isTooLong ? null : head.ToString();
                    return isTooLong || head.Length > 0;
                }
            }

            if (followsReturn)
            {
                followsReturn = false;
                if (buffer[place] == '\n' && ++place == count)
                {
                    continue;
                }
            }

            var end = place;
            while (end < count && buffer[end] is not '\n' and not '\r')
            {
                end++;
            }

            isTooLong |= head.Length + end - place > max;
            if (end < count)
            {
                // Most lines lie within the buffer.
                Line = isTooLong ? null : head.Length == 0 ? new string(buffer, place, end - place) : head.Append(buffer, place, end - place).ToString();
                followsReturn = buffer[end] == '\r';
                place = end + 1;
                return true;
            }

            if (!isTooLong)
            {
                head.Append(buffer, place, end - place);
            }

            place = count;
        }
    }
}
