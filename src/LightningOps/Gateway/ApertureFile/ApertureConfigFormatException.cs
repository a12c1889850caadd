namespace LightningOps.Gateway.ApertureFile;

/// <summary>An aperture.yaml that cannot be read or edited; no value of the file is repeated.</summary>
public sealed class ApertureConfigFormatException : LightningOpsException
{
    /// <summary>Creates the failure for one place of the file.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">What the operator can do about it.</param>
    /// <param name="line">Line of the file, from 1.</param>
    /// <param name="column">Column of the line, from 1.</param>
    public ApertureConfigFormatException(string message, string remedy, int line, int column)
        : base("ApertureConfigFormatError", At(message, line, column), remedy)
    {
        Reason = message;
        Line = line;
        Column = column;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }

    /// <summary>Line of the file, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the line, from 1.</summary>
    public int Column { get; }

    private static string At(string message, int line, int column) =>
        System.FormattableString.Invariant($"line {line}, column {column}: {message}");
}
