using System;
using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.Settings;

/// <summary>
/// The operator's settings by variable name. All values are trimmed, and an empty one counts as missing
/// (docs/reference/environment.md#reading-a-variable).
/// </summary>
public sealed class OperatorEnvironment
{
    private const string MissingReason = "missing required environment variable";
    private readonly Func<string, string?> read;

    /// <summary>Settings from any source.</summary>
    /// <param name="read">Returns the value of a variable, or null.</param>
    public OperatorEnvironment(Func<string, string?> read) => this.read = read;

    /// <summary>How long a team's store is waited for; null for its own limits.</summary>
    public StorePatience? Patience { get; init; }

    /// <summary>The environment variables of this process.</summary>
    public static OperatorEnvironment ForProcess() => new(Environment.GetEnvironmentVariable);

    /// <summary>Given values, for example those of an environment file.</summary>
    public static OperatorEnvironment From(IReadOnlyDictionary<string, string> values) =>
        new(name => values.TryGetValue(name, out var value) ? value : null);

    /// <summary>The value of a variable, trimmed, or null when it is missing or empty.</summary>
    public string? Find(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>The value of a variable that must be set.</summary>
    /// <exception cref="ConfigException">The name is not valid.</exception>
    public string Require(string name) => Find(name) ?? throw new ConfigException(name, MissingReason);

    /// <summary>A positive integer, or <paramref name="otherwise"/> when the variable is missing.</summary>
    /// <exception cref="ConfigException">The value is not a positive integer.</exception>
    public long PositiveInteger(string name, long otherwise) =>
        Find(name) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new ConfigException(name, "must be a positive integer");

    /// <summary>A secret, or null when the variable is missing.</summary>
    public OperatorSecret? FindSecret(string name) => Find(name) is { } value ? OperatorSecret.From(value) : null;
}
