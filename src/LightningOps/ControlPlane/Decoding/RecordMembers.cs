namespace LightningOps.ControlPlane.Decoding;

/// <summary>The values read for a record, by member name.</summary>
internal sealed class RecordMembers(RecordShape shape, object?[] values)
{
    /// <summary>A required text.</summary>
    public string Text(string name) => (string)values[shape.GetIndex(name)]!;

    /// <summary>A text, or null where it was absent.</summary>
    public string? TextOrNull(string name) => (string?)values[shape.GetIndex(name)];

    /// <summary>A required integer.</summary>
    public long Integer(string name) => (long)values[shape.GetIndex(name)]!;

    /// <summary>An integer, or null where it was absent.</summary>
    public long? IntegerOrNull(string name) => (long?)values[shape.GetIndex(name)];

    /// <summary>JSON passed through, or null where it was absent.</summary>
    public JsonText? RawOrNull(string name) => (JsonText?)values[shape.GetIndex(name)];

    /// <summary>A required enum.</summary>
    public T Choice<T>(string name)
        where T : struct => (T)values[shape.GetIndex(name)]!;
}
