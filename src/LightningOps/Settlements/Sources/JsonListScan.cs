namespace LightningOps.Settlements.Sources;

/// <summary>Finds the ends of the elements of a JSON list, byte by byte. Whether an element is JSON is not checked.</summary>
internal sealed class JsonListScan
{
    private int depth;
    private bool isText;
    private bool isEscaped;
    private long lineFeeds;
    private long element;

    /// <summary>Whether the list has ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether what is taken now stands after the end of the list.</summary>
    public bool IsAfterList { get; private set; }

    /// <summary>White space of JSON.</summary>
    public static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Number of the element that is taken, from 1.</summary>
    public long NextElement() => ++element;

    /// <summary>Line feeds since they were taken last.</summary>
    public long TakeLineFeeds()
    {
        var taken = lineFeeds;
        lineFeeds = 0;
        return taken;
    }

    /// <summary>Ends the list where the file ends.</summary>
    public void Finish()
    {
        IsAfterList = IsDone;
        IsDone = true;
    }

    /// <summary>Whether the byte ends an element: a comma or the bracket of the list.</summary>
    public bool Ends(byte value)
    {
        lineFeeds += value == (byte)'\n' ? 1 : 0;
        if (isText)
        {
            isText = isEscaped || value != (byte)'"';
            isEscaped = !isEscaped && value == (byte)'\\';
            return false;
        }

        switch (value)
        {
            case (byte)'"':
                isText = true;
                return false;
            case (byte)'[' or (byte)'{':
                depth++;
                return false;
            case (byte)']' or (byte)'}' when depth > 0:
                depth--;
                return false;
            case (byte)']' when !IsDone:
                IsDone = true;
                return true;
            default:
                return value == (byte)',' && depth == 0 && !IsDone;
        }
    }
}
